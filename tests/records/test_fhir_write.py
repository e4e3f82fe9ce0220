"""Answers out: every resource valid for the public model classes, drafts and proposals only, urgency first."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from judging import judged
from synthetic_records import TODAY, summary

import repletion
from repletion.fhir import Reading, read_bundle, write_bundle

CASES = Path(__file__).parents[2] / "cases"
NAMES = ("low_magnesium", "b12_normal_count", "face_droop")


@cache
def answered(name: str) -> tuple[repletion.Case, repletion.Assessment, Reading | None]:
    reading = read_bundle(summary(), today=TODAY) if name == "summary" else None
    case = reading.case if reading else repletion.Case.read(CASES / f"{name}.yaml", today=TODAY)
    return case, repletion.assess(case, on=TODAY), reading


def resources(data: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in data["entry"] if e["resource"]["resourceType"] == kind]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("version", ["R4", "R5"])
@pytest.mark.parametrize("name", [*NAMES, "summary"])
def test_every_resource_written_is_valid(name: str, version: str) -> None:
    _, found, reading = answered(name)
    data = write_bundle(found, version=version, reading=reading)  # type: ignore[arg-type]
    judged(data, version)


@pytest.mark.parametrize("version", ["R4", "R5"])
def test_elements_that_differ_between_releases(version: str) -> None:
    """The judge has R4B and R5 and no plain R4; in what is written here R4 is R4B (checked by hand, docs/fhir.md)."""
    data = write_bundle(answered("low_magnesium")[1], version=version)  # type: ignore[arg-type]
    r5 = version == "R5"
    issue, test = resources(data, "DetectedIssue")[0], resources(data, "ServiceRequest")[0]
    medicine = resources(data, "MedicationStatement")[0]
    assert ("subject" in issue, "patient" in issue) == (r5, not r5)
    assert ("concept" in test["code"]) == r5
    assert ("medication" in medicine, "medicationCodeableConcept" in medicine) == (r5, not r5)
    issues = write_bundle(answered("summary")[1], version=version)  # type: ignore[arg-type]
    assert isinstance(resources(issues, "GuidanceResponse")[0]["evaluationMessage"], dict if r5 else list)


def test_the_urgency_is_the_first_entry_and_nothing_is_an_order() -> None:
    for name in (*NAMES, "summary"):
        _, found, reading = answered(name)
        data = write_bundle(found, reading=reading)
        first = data["entry"][0]["resource"]
        assert first["resourceType"] == "DetectedIssue"
        assert first["code"]["coding"][0]["code"] == found.triage.urgency
        assert {r["status"] for r in resources(data, "RiskAssessment") + resources(data, "DetectedIssue")} == {
            "preliminary"
        }
        assert {(r["status"], r["intent"]) for r in resources(data, "ServiceRequest")} <= {("draft", "proposal")}
    assert write_bundle(answered("face_droop")[1])["entry"][0]["resource"]["severity"] == "high"


def test_probabilities_are_percent_with_their_words() -> None:
    _, found, _ = answered("b12_normal_count")
    by_id = {e.id: e for e in found.explanations}
    for risk in resources(write_bundle(found), "RiskAssessment"):
        own = next(
            c["code"] for c in risk["prediction"][0]["outcome"]["coding"] if c["system"] == "urn:repletion:subject"
        )
        prediction = risk["prediction"][0]
        assert prediction["probabilityDecimal"] == pytest.approx(100 * by_id[own].probability, abs=0.006)
        assert " in 100" in prediction["rationale"]
        assert "you have" not in prediction["rationale"].lower()


def test_evidence_points_to_the_resources_it_came_from() -> None:
    _, found, reading = answered("summary")
    assert reading is not None
    data = write_bundle(found, reading=reading)
    low = next(
        r for r in resources(data, "RiskAssessment") if r["prediction"][0]["outcome"]["text"] == "Low serum magnesium"
    )
    named = {link["reference"] for link in low["basis"]}
    assert {"Observation/r7", "MedicationStatement/r5", "MedicationRequest/r6"} <= named
    assert low["subject"] == {"reference": "Patient/p1"}
    assert not resources(data, "Patient")


def test_every_reference_inside_a_bundle_leads_somewhere() -> None:
    data = write_bundle(answered("low_magnesium")[1])
    there = {entry["fullUrl"] for entry in data["entry"]}
    assert len(there) == len(data["entry"])

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
            return own.union(*(references(v) for v in value.values()), set())
        return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()

    assert references(data) <= there


def test_sources_stand_behind_every_risk() -> None:
    data = write_bundle(answered("low_magnesium")[1])
    risks = len(resources(data, "RiskAssessment"))
    proofs = resources(data, "Provenance")
    assert len(proofs) == risks
    assert all(entity["role"] == "source" for proof in proofs for entity in proof.get("entity", ()))
    assert any(proof.get("entity") for proof in proofs)


@pytest.mark.parametrize("version", ["R4", "R5"])
@pytest.mark.parametrize("name", NAMES)
def test_a_case_comes_back_as_it_went_out(name: str, version: str) -> None:
    case, found, _ = answered(name)
    back = read_bundle(write_bundle(found, version=version), today=TODAY).case  # type: ignore[arg-type]

    def facts(one: repletion.Case) -> set[Any]:
        said = {
            (u.kind, u.id, u.present, u.past, u.certain, u.duration_days, u.dose, u.onset)
            for u in one.understood
            if u.kind != "list"
        }
        return said | {(x.test, x.value, x.unit, x.band, x.comparator, x.date, x.reference) for x in one.labs}

    assert facts(back) == facts(case)
    assert back.person == case.person
    # a record of medicines is a list, and what is not on it is rarer; words in running text are none
    one, other = (
        msgspec.structs.replace(x, understood=[u for u in x.understood if u.kind != "list"]) for x in (case, back)
    )
    mine, again = ({e.id: e.probability for e in repletion.assess(x, on=TODAY).explanations} for x in (one, other))
    assert mine == pytest.approx(again, abs=1e-9)


def test_equal_answers_give_equal_bundles() -> None:
    found = answered("b12_normal_count")[1]
    assert write_bundle(found) == write_bundle(found)
