"""``$assess``, the Questionnaire and the CapabilityStatement over HTTP; the command line beside them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from synthetic_records import PATIENT, TODAY, bundle, lab, summary

import repletion
from repletion.cli import main
from repletion.fhir import read_bundle
from repletion.fhir.questionnaire import questionnaire
from repletion.knowledge import load

MEDIA = "application/fhir+json"
SUMMARY = Path(__file__).parents[2] / "cases" / "summary.json"


def model(name: str, version: str = "R4") -> Any:
    if version == "R5":
        from fhir.resources import get_fhir_model_class
    else:
        from fhir.resources.R4B import get_fhir_model_class
    return get_fhir_model_class(name)


def post(client: Any, data: Any, **headers: str) -> Any:
    content = data if isinstance(data, bytes) else json.dumps(data)
    return client.post("/fhir/$assess", content=content, headers={"content-type": MEDIA, **headers})


def test_a_record_in_and_proposals_out(client: Any) -> None:
    said = post(client, bundle(PATIENT, lab("2601-3", "Magnesium", 0.45, "mmol/L", on=dt.date.today().isoformat())))
    assert said.status_code == 200
    assert said.headers["content-type"].startswith(MEDIA)
    assert said.headers["cache-control"] == "no-store"
    model("Bundle").model_validate(said.json())
    first = said.json()["entry"][0]["resource"]
    assert first["code"]["coding"][0]["code"] in {"emergency", "same_day"}


def test_the_release_is_asked_for_or_follows_the_record(client: Any) -> None:
    asked = post(client, bundle(PATIENT), accept=f"{MEDIA}; fhirVersion=5.0").json()
    assert "subject" in asked["entry"][0]["resource"]
    r5 = {
        "resourceType": "MedicationStatement",
        "status": "recorded",
        "medication": {"concept": {"text": "omeprazole"}},
    }
    assert "subject" in post(client, bundle(PATIENT, r5)).json()["entry"][0]["resource"]


def test_parameters_ask_for_a_plan_and_name_the_day(client: Any) -> None:
    inner = {"name": "record", "resource": bundle(PATIENT | {"birthDate": "1980-01-01"})}
    asked = {"resourceType": "Parameters", "parameter": [inner, {"name": "plan", "valueBoolean": True},
             {"name": "on", "valueDate": "2026-06-01"}]}  # fmt: skip
    data = post(client, asked).json()
    model("Bundle").model_validate(data)
    kinds = [e["resource"]["resourceType"] for e in data["entry"]]
    assert "CarePlan" in kinds
    assert data["timestamp"] == "2026-06-01T00:00:00Z"
    plan = next(e["resource"] for e in data["entry"] if e["resource"]["resourceType"] == "CarePlan")
    assert (plan["status"], plan["intent"]) == ("draft", "proposal")


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(b"{", MEDIA, 400), (b"[]", MEDIA, 422), (b'{"a": 1}', MEDIA, 422), (b"", MEDIA, 400), (b"\xff\xfe", MEDIA, 400),
     (b'{"resourceType": "Patient"}', "text/html", 415), (b" " * 20_000_001, MEDIA, 413)],
)  # fmt: skip
def test_errors_are_operation_outcomes(client: Any, data: bytes, kind: str, status: int) -> None:
    said = post(client, data, **{"content-type": kind})
    assert said.status_code == status
    model("OperationOutcome").model_validate(said.json())


@pytest.mark.parametrize("version", ["R4", "R5"])
def test_what_is_published_is_valid(client: Any, version: str) -> None:
    accept = {"accept": f"{MEDIA}; fhirVersion={'5.0' if version == 'R5' else '4.0'}"}
    told = client.get("/fhir/metadata", headers=accept).json()
    model("CapabilityStatement", version).model_validate(told)
    assert told["fhirVersion"][0] == version[1]
    asked = client.get("/fhir/Questionnaire/repletion", headers=accept)
    model("Questionnaire", version).model_validate(asked.json())
    assert len(asked.content) < 1_000_000


def test_every_question_of_the_questionnaire_is_read_back() -> None:
    knowledge = load()

    def links(items: list[dict[str, Any]]) -> list[str]:
        return [link for i in items for link in ([i["linkId"]] if "answerOption" in i else links(i.get("item", [])))]

    asked = [link for link in links(questionnaire()["item"]) if link.partition("/")[0] in {"finding", "factor"}]
    assert len(asked) > 300
    assert len(set(asked)) == len(asked)
    yes = {"valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0532", "code": "Y"}}
    part = asked[::9]
    answers = [{"linkId": link, "answer": [yes]} for link in part]
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [{"linkId": "x", "item": answers}],
    }
    found = read_bundle(bundle(PATIENT, response), today=TODAY, knowledge=knowledge)
    assert {link.partition("/")[2] for link in part} <= {u.id for u in found.case.understood}


def test_half_a_character_and_endless_nesting_are_no_fault_of_the_server(client: Any) -> None:
    half = json.dumps(bundle(PATIENT, {"resourceType": "Condition", "code": {"text": "cramps \ud800"}})).encode()
    assert b"\\ud800" in half
    assert post(client, half).status_code == 200
    deep = b'{"resourceType": "Bundle", "entry": ' + b"[" * 900 + b"]" * 900 + b"}"
    assert post(client, deep).status_code in {400, 422}
    call = {"hook": "patient-view", "hookInstance": "\ud800", "context": {"patientId": "\udfff"}}
    call["prefetch"] = {
        "patient": {"resourceType": "Patient", "id": "\udfff"},
        "laboratory": {"resourceType": "Bundle"},
    }
    kind = {"content-type": "application/json"}
    said = client.post("/cds-services/repletion-patient-view", content=json.dumps(call), headers=kind)
    assert said.status_code == 200


def test_words_and_not_sure_in_a_questionnaire() -> None:
    unsure = {"valueCoding": {"code": "not_sure"}}
    response = {
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "item": [
            {"linkId": "complaint", "answer": [{"valueString": "my eyelid has been twitching for 3 weeks"}]},
            {"linkId": "person/age", "answer": [{"valueDecimal": 41}]},
            {"linkId": "finding/tetany", "answer": [unsure]},
            {"linkId": "medicines", "answer": [{"valueString": "none"}]},
            {"linkId": "avoid", "answer": [{"valueString": "fish, peanuts"}]},
            {"linkId": "diary", "answer": [{"valueString": "Day 1\n150 g rice"}]},
            {"linkId": "somebody/else", "answer": [{"valueBoolean": True}]},
        ],
    }  # fmt: skip
    found = read_bundle(response, today=TODAY)
    assert {u.id for u in found.case.understood} == {"eyelid_twitching"}
    assert found.case.person.age == 41
    assert found.case.diary == "Day 1\n150 g rice"
    assert found.without == ("fish", "peanuts")
    assert any("somebody/else" in i.message for i in found.issues)


def test_the_command_line_recognizes_a_record(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answers = {}
    for form in ("json", "fhir"):
        with pytest.raises(SystemExit) as ended:
            main(["assess", str(SUMMARY), "--format", form, "--on", TODAY.isoformat()])
        assert not ended.value.code
        answers[form] = json.loads(capfd.readouterr().out)
    assert answers["json"]["understood"][0]["where"].startswith("Bundle.entry[")
    assert answers["fhir"]["identifier"]["value"] == answers["json"]["fingerprint"]
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Bundle"')
    with pytest.raises(SystemExit) as ended:
        main(["assess", str(broken)])
    assert ended.value.code == 2
    assert "malformed at line 1" in capfd.readouterr().err


def test_the_example_of_the_docs_is_the_one_of_the_tests() -> None:
    assert json.loads(SUMMARY.read_text(encoding="utf-8")) == summary()
    assert repletion.Case.from_mapping(read_bundle(summary(), today=TODAY).mapping).labs[0].value == 0.45


def test_the_web_app_serves_the_record_systems_too() -> None:
    from starlette.testclient import TestClient

    from repletion.web import create_app

    with TestClient(create_app(), base_url="http://localhost") as web:
        assert web.get("/fhir/metadata").json()["resourceType"] == "CapabilityStatement"
        assert len(web.get("/cds-services").json()["services"]) == 2
        assert web.get("/v1/version").status_code == 200
        assert post(web, b"{").status_code == 400
        assert web.post("/cds-services/repletion-patient-view", json={}).json()["error"]
