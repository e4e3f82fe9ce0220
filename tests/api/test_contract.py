"""What every address promises: the published shapes, the same bytes again, the headers of an answer."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from asked import TWITCH
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

import repletion
from repletion.knowledge import load
from repletion.report import READERS, render
from repletion.report.view import view_of

ROOT = Path(__file__).parents[2]
ON = "?on=2026-11-23"


def validated(openapi: dict[str, Any], name: str, found: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": openapi["components"]}
    errors = [f"{list(e.path)}: {e.message[:200]}" for e in Draft202012Validator(schema).iter_errors(found)]
    assert not errors


def test_an_assessment_is_the_json_that_the_command_writes(client: TestClient) -> None:
    answer = client.post(f"/v1/assessments{ON}&detail=full", json=TWITCH)
    case = repletion.Case.from_mapping(TWITCH)
    day = dt.date(2026, 11, 23)
    assert answer.json() == json.loads(render(repletion.assess(case, on=day), format="json"))
    published = json.loads((ROOT / "docs/schema/assessment.json").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(published).iter_errors(answer.json()))


EATING = {
    **TWITCH,
    "labs": [{"test": "magnesium", "value": 0.55, "unit": "mmol/L"}, {"test": "ferritin", "value": 9, "unit": "ug/L"}],
    "diary": "2 slices white toast\n1 cup coffee",
}


def sources_in(found: Any) -> set[str]:
    """Every source that an answer names."""
    if isinstance(found, list):
        return set().union(*map(sources_in, found))
    if not isinstance(found, dict):
        return set()
    return {v for k, v in found.items() if k == "source" and v} | set().union(*map(sources_in, found.values()))


@pytest.mark.parametrize("body", [TWITCH, EATING, {"text": "well"}], ids=["words", "results and diary", "nothing"])
def test_what_leads_is_told_as_in_the_full_answer_and_nobody_is_hidden(
    client: TestClient, openapi: dict[str, Any], body: dict[str, Any]
) -> None:
    plain = client.post(f"/v1/assessments{ON}", json=body).json()
    assert plain == client.post(f"/v1/assessments{ON}&detail=leading", json=body).json()
    full = client.post(f"/v1/assessments{ON}&detail=full", json=body).json()
    validated(openapi, "Assessment", plain)
    leading = set(plain.pop("leading"))
    assert "leading" not in full
    assert 0 < len(leading) < len(full["explanations"]) / 4
    for short, whole in zip(plain["explanations"], full["explanations"], strict=True):
        if short["id"] in leading:
            assert short == whole
        else:
            assert short == {key: whole[key] for key in short}
            assert {"id", "label", "lay", "probability", "low", "high", "prior", "explains", "at_work"} <= short.keys()
            assert short.get("severity", []) == whole["severity"]
            assert not {"because", "prior_claims", "remarks", "safety", "treatment", "sole_cause"} & short.keys()
    for part in full.keys() - {"explanations", "claims", "citations"}:
        assert plain[part] == full[part], part
    told = {c for e in full["explanations"] if e["id"] in leading for c in e["prior_claims"]}
    told |= {c for e in full["explanations"] if e["id"] in leading for b in e["because"] for c in b["claims"]}
    claims = {claim["id"]: claim for claim in full["claims"]}
    assert told <= {claim["id"] for claim in plain["claims"]}
    assert all(claims[claim["id"]] == claim for claim in plain["claims"])
    assert len(plain["claims"]) < len(claims) / 2
    cited = {source["id"]: source for source in plain["citations"]}
    assert sources_in(plain) <= cited.keys()
    assert cited.keys() <= {source["id"] for source in full["citations"]}
    assert {claim for source in cited.values() for claim in source["claims"]} == {c["id"] for c in plain["claims"]}


def test_what_leads_is_what_reports_show_in_full_and_what_foods_are_named_for(client: TestClient) -> None:
    case = repletion.Case.from_mapping(EATING)
    answer = repletion.assess(case, on=dt.date(2026, 11, 23))
    found = client.post(f"/v1/assessments{ON}", json=EATING).json()
    shown = {item.source.id for reader in READERS[:2] for item in view_of(answer, reader).shown}
    assert shown <= set(found["leading"])
    assert "none_of_these" in shown
    lacking = {load().states[name].nutrient for name in set(found["leading"]) - {"none_of_these"}}
    eaten = {row["nutrient"] for row in found["intake"] if row["adequacy"] == "likely low"}
    assert {"magnesium", "iron"} <= found["food_sources"].keys() & lacking
    assert found["food_sources"].keys() <= lacking | eaten
    order = [e["id"] for e in found["explanations"]]
    assert found["leading"] == sorted(found["leading"], key=order.index)


def test_reports_in_words_are_of_the_whole_answer(client: TestClient) -> None:
    pages = {
        detail: client.post(
            f"/v1/assessments{ON}&reader=research&detail={detail}", json=TWITCH, headers={"Accept": "text/html"}
        ).text
        for detail in ("leading", "full")
    }
    answer = repletion.assess(repletion.Case.from_mapping(TWITCH), on=dt.date(2026, 11, 23))
    assert pages["leading"] == pages["full"] == render(answer, format="html", reader="research")
    refused = client.post("/v1/assessments?detail=some", json=TWITCH)
    assert (refused.status_code, refused.json()["where"]) == (422, "query.detail")


def test_the_urgency_comes_before_anything_else_that_was_worked_out(client: TestClient) -> None:
    keys = list(client.post("/v1/assessments", json=TWITCH).json())
    assert keys.index("triage") < keys.index("explanations") < keys.index("food_sources")
    for path, body in (("questions", {"case": TWITCH}), ("plans", {"case": {"text": "chest pain, face droops"}})):
        assert list(client.post(f"/v1/{path}", json=body).json())[:2] == ["schema", "triage"]


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("assessments", TWITCH, "Assessment"),
        (
            "intakes",
            {"diary": "2 cups cooked spinach\n1 banana", "person": {"age": 52, "sex": "female"}},
            "IntakeAnswer",
        ),
        ("questions", {"case": TWITCH}, "Standing"),
        ("plans", {"case": {"text": "one side of my face drooped an hour ago"}}, "Plan"),
    ],
)
def test_every_answer_has_its_shape_and_is_the_same_again(
    client: TestClient, openapi: dict[str, Any], path: str, body: dict[str, Any], name: str
) -> None:
    first = client.post(f"/v1/{path}{ON}", json=body)
    assert first.status_code == 200, first.text
    assert first.headers["cache-control"] == "no-store"
    validated(openapi, name, first.json())
    assert client.post(f"/v1/{path}{ON}", json=body).content == first.content


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("foods?q=bananna", "FoodsFound"),
        ("foods/sr28:09040", "FoodPage"),
        ("knowledge", "Kinds"),
        ("knowledge/states", "Records"),
        ("knowledge/claims/RISK-001", "RecordView"),
        ("knowledge/states/hypomagnesemia", "RecordView"),
        ("questions", "Askables"),
        ("health", "Health"),
        ("version", "Versions"),
    ],
)
def test_what_is_looked_up_has_its_shape(client: TestClient, openapi: dict[str, Any], path: str, name: str) -> None:
    found = client.get(f"/v1/{path}")
    assert found.status_code == 200, found.text
    validated(openapi, name, found.json())
    head = client.head(f"/v1/{path}")
    assert (head.status_code, head.content) == (200, b"")
    if name != "Health":
        again = client.get(f"/v1/{path}", headers={"If-None-Match": found.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_every_kind_of_record_leads_to_its_claims_and_sources(client: TestClient, openapi: dict[str, Any]) -> None:
    for entry in client.get("/v1/knowledge").json()["kinds"]:
        listed = client.get(entry["href"]).json()["records"]
        assert len(listed) == entry["records"]
        found = client.get(listed[len(listed) // 2]["href"])
        assert found.status_code == 200
        validated(openapi, "RecordView", found.json())
    claim = client.get("/v1/knowledge/claims/RISK-001").json()
    assert [c["id"] for c in claim["claims"]] == ["RISK-001"]
    assert claim["citations"][0]["link"].startswith("https://")
    assert any(user.startswith("states/") for user in claim["used_by"])


def test_the_reader_chooses_words_and_never_what_is_known(client: TestClient) -> None:
    bodies = {
        r: client.post(f"/v1/assessments?reader={r}&on=2026-11-23", json=TWITCH).content
        for r in ("patient", "research")
    }
    assert bodies["patient"] == bodies["research"]
    texts = {}
    for reader in ("patient", "clinician"):
        found = client.post(f"/v1/assessments?reader={reader}", json=TWITCH, headers={"Accept": "text/plain"})
        texts[reader] = found.text
        assert found.headers["content-type"] == "text/plain; charset=utf-8"
    assert texts["patient"] != texts["clinician"]
    page = client.post("/v1/assessments", json=TWITCH, headers={"Accept": "text/html,*/*;q=0.1"})
    assert page.text.startswith("<!doctype html>")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_an_interview_goes_to_its_end_with_nothing_kept_between(client: TestClient) -> None:
    answers: list[dict[str, Any]] = []
    urgencies = set()
    for _ in range(40):
        found = client.post("/v1/questions", json={"case": {"text": "my eyelid twitches"}, "answers": answers}).json()
        urgencies.add(found["triage"]["urgency"])
        assert len(found["answered"]) == len(answers)
        if found["question"] is None:
            break
        assert found["question"]["id"] not in {a["id"] for a in answers}
        assert found["question"]["why"]
        reply: Any = {"age": 41, "sex": "female", "medicines": "omeprazole", "conditions": None}
        answers.append({"id": found["question"]["id"], "answer": reply.get(found["question"]["id"], False)})
    assert found["stop"]["reason"] in {"settled", "nothing_left", "most"}
    assert {"age", "sex", "medicines"} <= {a["id"] for a in answers}
    assert "omeprazole" in {u["id"] for u in found["understood"]}


def test_a_yes_to_a_red_flag_ends_the_interview(client: TestClient) -> None:
    body = {"case": {"text": "my eyelid twitches"}, "answers": [{"id": "stroke_signs", "answer": True}]}
    found = client.post("/v1/questions", json=body).json()
    assert found["triage"]["urgency"] == "emergency"
    assert found["question"] is None
    assert found["stop"]["reason"] == "emergency"


def test_answers_taken_up_again_are_the_interview_itself(client: TestClient) -> None:
    from repletion.interview import start

    interview = start("my eyelid twitches")
    given = []
    for typed in ("no", "no", "41", "female", "3 weeks"):
        asked = interview.next()
        assert asked is not None
        given.append({"id": asked.id, "answer": typed})
        interview = interview.answer(typed)
    found = client.post("/v1/questions", json={"case": {"text": "my eyelid twitches"}, "answers": given}).json()
    following = interview.next()
    assert following is not None
    assert found["question"]["id"] == following.id
    assert found["question"]["question"] == following.question
    assert len(found["understood"]) == len(interview.case.understood)


def test_the_description_names_every_address_and_needs_nobody_else(client: TestClient, openapi: dict[str, Any]) -> None:
    assert "http" not in {k.partition(":")[0] for k in openapi["paths"]}
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            assert operation["operationId"], path
            assert "200" in operation["responses"], (path, method)
    text = json.dumps(openapi)
    assert "HTTPValidationError" not in text
    refs = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert refs <= set(openapi["components"]["schemas"])
    for path in ("/docs", "/redoc", "/v1/docs", "/openapi.json"):
        assert client.get(path).status_code == 404
