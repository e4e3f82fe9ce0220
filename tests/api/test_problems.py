"""What is sent in ignorance or with intent: never a fault, always a reason; typed words are never refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asked import TWITCH
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from repletion.api import work

JSON = {"Content-Type": "application/json"}


def problem(response: Any, status: int, name: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    assert found["type"] == f"urn:repletion:problem:{name}"
    assert found["status"] == status
    assert found["detail"]
    assert found["where"]
    assert found["remedy"]
    return found


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 400, "not-json"),
        (b"{", 400, "not-json"),
        (b'{"text": "a", "text": "b"}', 400, "not-json"),
        (b'{"text": "\xff\xfe"}', 400, "not-json"),
        (b"\x00", 400, "not-json"),
        (b'{"text": "a\x00b"}', 400, "not-json"),
        (b"[" * 100_000, 400, "not-json"),
        (b'{"person": {"age": ' + b"9" * 5000 + b"}}", 400, "not-json"),
        (b"12", 400, "not-json"),
        (b'{"\\ud800": 1, "\\ud800": 2}', 400, "not-json"),
        (b'"' + b"a" * 300_000 + b'"', 413, "too-large"),
        (b" " * 10_000_000, 413, "too-large"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["assessments", "intakes", "questions", "plans"])
def test_a_malformed_body_is_named(client: TestClient, path: str, body: bytes, status: int, name: str) -> None:
    problem(client.post(f"/v1/{path}", content=body, headers=JSON), status, name)


HOSTILE: list[Any] = [
    {},
    {"text": None},
    {"text": 5, "person": "me", "symptoms": {"a": {"b": {}}}, "labs": 7, "diary": {"x": [1]}},
    {"person": {"age": float("nan"), "sex": ["x"], "height_cm": float("inf"), "weight_kg": -1e308}},
    {"person": {"age": 10**40}, "labs": [{"test": "Mg", "value": float("-inf"), "unit": "\u0000"}]},
    {"text": "\ud800 twitching \u202e\u0000", "title": "\udfff", "diary": "\ud800 banana"},
    {"symptoms": ["x" * 90_000]},
    {"labs": [{"test": "magnesium", "value": "0.45 mmol/L"}] * 2000},
    {"text": "a " * 51_000},
    {"text": "<script>alert(1)</script> {{7*7}} %n%n ../../etc/passwd ' OR 1=1 --"},
    {"on": "2026-13-45", "date": 9, "unknown key": [[[[[[[[[[]]]]]]]]]]},
    {str(n): n for n in range(5000)},
    {"findings": {"tetany": {"present": "maybe", "since": {}}}, "habits": [True, None, 1.5]},
    {"diary": "food,amount\n" * 60},
    {"\ud800": "\udfff", "person": {"\ud800": {"\ud800": "\ud800"}}, "labs": [{"\ud800": 1}], "on": "\ud800"},
    {"diary": [{"food": None, "amount": []}, 5, "1e400 bananas"]},
]


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: json.dumps(case)[:40])
def test_what_a_person_typed_is_answered_whatever_it_is(client: TestClient, openapi: dict[str, Any], case: Any) -> None:
    sent = json.dumps(case).encode()
    found = client.post("/v1/assessments", content=sent, headers=JSON)
    assert found.status_code == 200, found.text
    schema = {"$ref": "#/components/schemas/Assessment", "components": openapi["components"]}
    assert Draft202012Validator(schema).is_valid(found.json())
    assert client.post("/v1/intakes", content=sent, headers=JSON).status_code == 200
    whole = json.dumps({"case": case, "answers": [{"id": "complaint", "answer": "\ud800\u0000 tired"}]}).encode()
    assert client.post("/v1/questions", content=whole, headers=JSON).status_code == 200


def test_what_was_not_understood_is_among_the_issues(client: TestClient) -> None:
    found = client.post("/v1/assessments", json={"person": {"age": "old"}, "symptom": "tired"}).json()
    assert {"person.age", "symptom"} <= {issue["where"] for issue in found["issues"]}
    found = client.post("/v1/intakes", json={"diary": "3 flurbs", "text": "tired"}).json()
    assert "text" in {issue["where"] for issue in found["issues"]}
    assert any("flurbs" in issue["message"] for issue in found["issues"])
    whole = {"case": {"text": "one side of my face drooped"}, "focus": ["magnesum"]}
    issues = client.post("/v1/plans", json=whole).json()["issues"]
    assert [i for i in issues if i["where"] == "focus[0]" and "magnesium" in i["remedy"]]
    body = {"case": TWITCH, "answers": [{"id": "agee", "answer": 41}]}
    issues = client.post("/v1/questions", json=body).json()["issues"]
    assert [i for i in issues if i["where"] == "answers.agee" and "age" in i["remedy"]]


@pytest.mark.parametrize(
    ("path", "body", "where", "remedy"),
    [
        ("questions", {"case": {}, "answerz": []}, "body.answerz", "answers"),
        ("questions", {"case": 5}, "body.case", "openapi"),
        ("questions", {"answers": [{"id": "age", "answer": []}]}, "body.answers[0].answer", "openapi"),
        ("questions", {"answers": [{"id": "age"}] * 101}, "body.answers", "openapi"),
        ("plans", {"days": 99}, "body.days", "openapi"),
        ("plans", {"days": "seven"}, "body.days", "openapi"),
        ("plans", {"without": "fish"}, "body.without", "openapi"),
        ("plans", {"patern": ["vegan"]}, "body.patern", "pattern"),
        ("assessments?reader=doctor", TWITCH, "query.reader", "openapi"),
        ("assessments?authority=WHO", TWITCH, "query.authority", "openapi"),
        ("assessments?on=yesterday", TWITCH, "query.on", "openapi"),
    ],
)
def test_a_wrong_option_is_named_with_what_fits(
    client: TestClient, path: str, body: Any, where: str, remedy: str
) -> None:
    found = problem(client.post(f"/v1/{path}", json=body), 422, "invalid")
    assert found["where"] == where
    assert remedy in found["remedy"]


def test_half_a_surrogate_pair_in_an_option_is_named_too(client: TestClient) -> None:
    for body in (
        b'{"\\ud800": 1}',
        b'{"answers": [{"id": "\\ud800", "answer": "\\udfff"}]}',
        b'{"without": ["\\ud800"]}',
    ):
        for path in ("questions", "plans"):
            whole = b'{"case": {"text": "one side of my face drooped"}, ' + body[1:]
            found = client.post(f"/v1/{path}", content=whole, headers=JSON)
            assert found.status_code in {200, 422}, found.text


def test_wrong_addresses_and_methods(client: TestClient) -> None:
    assert "/v1/assessments" in problem(client.get("/v1/assesments"), 404, "not-found")["remedy"]
    assert "states" in problem(client.get("/v1/knowledge/state"), 404, "not-found")["remedy"]
    assert "RISK-001" in problem(client.get("/v1/knowledge/claims/RISK-0011"), 404, "not-found")["remedy"]
    problem(client.get("/v1/knowledge/claims/..%2f..%2fetc%2fpasswd"), 404, "not-found")
    problem(client.get("/v1/foods/sr28:'; DROP TABLE food"), 404, "not-found")
    problem(client.get("/v1/foods"), 422, "invalid")
    problem(client.get("/v1/foods?q=a&limit=0"), 422, "invalid")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "GET"):
        found = client.request(method, "/v1/assessments")
        problem(found, 405, "method-not-allowed")
        assert found.headers["allow"] == "POST"
    assert client.request("PUT", "/v1/questions").headers["allow"] == "POST, GET"
    assert client.request("PUT", "/v1/foods/a").headers["allow"] == "GET"


def test_only_json_is_read_and_only_what_can_be_had_is_given(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"):
        problem(client.post("/v1/assessments", content=b"{}", headers={"Content-Type": kind}), 415, "media-type")
    packed = {**JSON, "Content-Encoding": "gzip"}
    problem(client.post("/v1/assessments", content=b"{}", headers=packed), 415, "media-type")
    refused = client.post("/v1/assessments", json=TWITCH, headers={"Accept": "image/png"})
    assert "text/html" in problem(refused, 406, "not-acceptable")["remedy"]
    for kind in ("application/json; charset=utf-8", 'application/json;charset="UTF-8"', "application/case+json"):
        assert client.post("/v1/intakes", content=b"{}", headers={"Content-Type": kind}).status_code == 200


def test_a_fault_of_ours_says_nothing_of_theirs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: object) -> bytes:
        raise KeyError("eyelid twitching")

    monkeypatch.setattr(work, "assessment", fail)
    found = client.post("/v1/assessments", json=TWITCH)
    assert "eyelid" not in json.dumps(problem(found, 500, "failed"))
    said = capfd.readouterr()
    assert "KeyError" in said.err
    assert "eyelid" not in said.err + said.out


def test_nothing_invites_another_site(client: TestClient) -> None:
    found = client.post("/v1/assessments", json=TWITCH, headers={"Origin": "https://example.org"})
    assert not [name for name in found.headers if name.startswith("access-control")]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in found.headers
