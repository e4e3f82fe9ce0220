"""The shapes of the public guides are read without loss of what is used, and what is written of them validates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import guide_examples as guide
import pytest
from judging import judged
from synthetic_records import LOINC, SCT, TODAY, UCUM, concept

import repletion
from repletion.fhir import Reading, RecordError, read_bundle, read_text, write_bundle
from repletion.units import from_ucum


def read(data: dict[str, Any]) -> Reading:
    return read_bundle(data, today=TODAY)


def said(found: Reading) -> dict[tuple[str, str], tuple[bool, bool]]:
    return {(u.kind, u.id): (u.present, u.past) for u in found.case.understood if u.kind != "list"}


def results(found: Reading) -> dict[str, tuple[str | None, str, str | None]]:
    return {one.test: (one.comparator, str(one.typed), one.band) for one in found.case.labs}


def alone(*resources: dict[str, Any]) -> Reading:
    person = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-03-01"}
    return read(guide.searchset(person, *({"id": f"r{n}"} | r for n, r in enumerate(resources))))


def test_a_summary_whose_parts_refer_by_uuid() -> None:
    found = read(guide.patient_summary())
    assert (found.case.person.age, found.case.person.sex, found.case.person.country) == (54, "female", "NL")
    assert said(found) == {
        ("factor", "crohns_disease"): (True, False),
        ("finding", "anemia"): (True, True),  # in remission: past
        ("state", "celiac_disease"): (False, False),  # refuted
        ("factor", "celiac_disease"): (False, False),
        ("drug", "omeprazole"): (True, False),  # a reference to a Medication; "entered in error" is nowhere
        ("factor", "alcohol_regular"): (True, False),
    }
    assert results(found) == {"hba1c": (None, "5.4 %", None)}
    assert found.without == ()  # "no known allergy" is no food


def test_a_summary_without_information_denies_nothing_and_forbids_no_food() -> None:
    found = read(guide.no_information())
    assert found.case.understood == ()
    assert found.without == ()
    assert {issue.level for issue in found.issues} == {"note"}


@pytest.mark.parametrize(
    "words", ["No Known Allergies", "NKDA", "NKA", "No allergies known", "Not known", "None known"]
)
def test_no_allergy_in_words_is_no_food_either(words: str) -> None:
    found = alone({"resourceType": "AllergyIntolerance", "code": {"text": words}})
    assert found.without == ()


@pytest.mark.parametrize("words", ["Nuts", "Novel foods", "Notting Hill cheese"])
def test_an_allergy_that_only_begins_like_none_is_kept(words: str) -> None:
    assert alone({"resourceType": "AllergyIntolerance", "code": {"text": words}}).without == (words.lower(),)


def test_results_inside_a_report_keep_comparator_day_and_status() -> None:
    found = read(guide.report_with_contained_results())
    assert results(found) == {"vitamin_b12": ("<", "<150 pg/mL", None)}
    (b12,) = found.case.labs
    assert (b12.where, str(b12.date)) == ("Bundle.entry[1].resource.contained[0]", "2026-11-10")
    assert found.references[b12.where] == "DiagnosticReport/dr"


def test_a_report_of_another_person_gives_nothing() -> None:
    data = guide.report_with_contained_results()
    data["entry"][1]["resource"]["subject"] = {"reference": "Patient/somebody-else"}
    assert read(data).case.labs == ()


def test_medicines_by_every_kind_of_reference() -> None:
    assert said(read(guide.medicines_r4())) == {
        ("drug", name): (True, False) for name in ("metformin", "omeprazole", "furosemide")
    }
    newer = read(guide.statements_r5())
    assert newer.version == "R5"
    assert said(newer) == {
        ("factor", "type_2_diabetes"): (True, False),
        ("drug", "pantoprazole"): (True, False),
        ("drug", "metformin"): (False, False),
    }
    assert newer.mapping["diary"] == ["2026-11-20:", "0.5 serving Tomato soup", "150 g Rice, cooked",
                                      "8 fl oz Whole milk"]  # fmt: skip


@pytest.mark.parametrize(("amount", "taken"), [(("2", "{drinks}/d"), True), (("7", "{drinks}/wk"), True),
                                               (("3", "/wk"), False), (("0", "/d"), None)])  # fmt: skip
def test_drinks_a_week_are_not_drinks_a_day(amount: tuple[str, str], taken: bool | None) -> None:
    value, unit = amount
    found = alone({"resourceType": "Observation", "status": "final", "code": concept(LOINC, "74013-4"),
                   "valueQuantity": {"value": float(value), "system": UCUM, "code": unit}})  # fmt: skip
    stated = said(found).get(("factor", "alcohol_regular"))
    assert bool(stated and stated[0]) is bool(taken)


@pytest.mark.parametrize(("code", "unit"), [
    ("mmol.L-1", "mmol/L"), ("g.dL-1", "g/dL"), ("10*3.uL-1", "10*3/uL"), ("mg/(24.h)", "mg/d"), ("[iU]/L", "IU/L"),
    ("ug/L{DDU}", "ug/L"), ("MMOL/L", "mmol/L"), ("mL/min/1.73_m2", "mL/min/1.73m2"), ("%{Hemoglobin}", "%"),
    ("m[IU]/L", "mIU/L"), ("{INR}", "INR"), ("mosm/kg{H2O}", "mOsm/kg"), ("mol.m-2", None), ("{made up}", None),
])  # fmt: skip
def test_ucum_as_laboratories_write_it(code: str, unit: str | None) -> None:
    assert from_ucum(code) == unit


@pytest.mark.parametrize(("value", "unit", "millimoles"), [
    (1.8, "mg/dL", 0.74), (0.74, "mmol/L", 0.74), (1.48, "meq/L", 0.74), (0.74, "mmol.L-1", 0.74),
])  # fmt: skip
def test_one_magnesium_in_every_unit(value: float, unit: str, millimoles: float) -> None:
    code = "19123-9" if unit == "mg/dL" else "2601-3"
    found = alone(guide.result(concept(LOINC, code, "Magnesium"),
                               valueQuantity={"value": value, "system": UCUM, "code": unit}))  # fmt: skip
    assert found.case.labs[0].value == pytest.approx(millimoles, abs=0.005)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shape", [guide.patient_summary, guide.no_information, guide.report_with_contained_results,
                                   guide.medicines_r4, guide.statements_r5])  # fmt: skip
def test_what_is_written_of_them_validates_and_points_back(shape: Callable[[], dict[str, Any]]) -> None:
    found = read(shape())
    answer = repletion.assess(found.case, on=TODAY)
    written = write_bundle(answer, reading=found, version=found.version)
    judged(written, found.version)
    resources = [entry["resource"] for entry in written["entry"]]
    assert resources[0]["resourceType"] == "DetectedIssue"
    own = {entry["fullUrl"] for entry in written["entry"]}
    known = own | set(found.references.values()) | {found.patient}
    for resource in resources:
        for basis in resource.get("basis", ()):
            assert basis["reference"] in known


def test_a_record_as_xml_is_named_as_such(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from repletion.cli import app

    text = '<?xml version="1.0"?>\n<Bundle xmlns="http://hl7.org/fhir"><type value="document"/></Bundle>'
    with pytest.raises(RecordError, match="JSON is read"):
        read_text(text.encode())
    (tmp_path / "ips.xml").write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match="JSON is read"):
        CliRunner().invoke(app, ["assess", str(tmp_path / "ips.xml")], catch_exceptions=False)


def test_snomed_semantic_tags_are_no_part_of_a_name() -> None:
    found = alone({"resourceType": "Condition", "code": concept(SCT, "0", "Type 2 diabetes mellitus (disorder)")})
    assert ("factor", "type_2_diabetes") in said(found)
