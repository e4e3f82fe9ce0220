"""What a case is told in each variant, and that nothing of the diagnosis reaches the answer."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from pathlib import Path

import msgspec
import pytest

from repletion.case import Case
from repletion.evaluation.disturb import disturbances
from repletion.evaluation.judging import accepted, is_mapped
from repletion.evaluation.model import EvaluationError, diagnoses
from repletion.evaluation.records import Record, not_understood, read_records, told
from repletion.evaluation.run import evaluate_case
from repletion.knowledge import load

FILE = Path(__file__).parent / "invented.jsonl"
PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "cases" / "cases_dev.jsonl"
ON = dt.date(2026, 11, 23)
RECORDS = {record.id: record for record in read_records(FILE)[0]}
RICH = RECORDS["hypomagnesemia-1"]


def test_each_variant_tells_what_it_says() -> None:
    a, b, c, d = (told(RICH, variant) for variant in ("A", "B", "C", "D"))
    assert "labs" not in a and "labs" not in b
    assert [lab["test"] for lab in c["labs"]] == ["sodium"]
    assert [lab["test"] for lab in d["labs"]] == ["magnesium", "sodium"]
    assert {"drugs", "lifestyle", "diet"} <= set(a) and not {"drugs", "lifestyle", "diet"} & set(b)
    for data in (a, b, c, d):
        assert data["conditions"] == ["short bowel syndrome"]
        assert not {"id", "source", "notes", "final_diagnoses", "investigations", "red_flag"} & set(data)


@pytest.mark.long
def test_labels_move_nothing() -> None:
    """The same person under another id, title, source and notes: the same answer."""
    other = {**RICH.data, "id": "x", "title": "thiamine", "source": {"title": "scurvy"}, "notes": "low potassium"}
    knowledge = load()
    first = evaluate_case(RICH, "D", knowledge, on=ON)
    second = evaluate_case(msgspec.structs.replace(RICH, data=other), "D", knowledge, on=ON)
    assert first == second
    assert "labs" not in told(RICH, "A") and first.ranks["answer"].strict == 1


def test_a_record_says_which_variants_it_is_meant_for() -> None:
    eyelid = RECORDS["eyelid-1"]
    assert eyelid.meant_for("A") and eyelid.meant_for("B")
    assert not eyelid.meant_for("C") and not eyelid.meant_for("D")
    assert RECORDS["iron-1"].meant_for("D")
    assert RECORDS["unmapped-1"].group == "control"


def test_lines_that_are_no_case_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "final_diagnoses": ["iron_deficiency"]})
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join([good, "{", "[1]", '{"id": "b"}', good, ""]), encoding="utf-8")
    records, issues, digest = read_records(file)
    assert [record.id for record in records] == ["a"] and len(digest) == 64
    assert [issue.where for issue in issues] == ["line 2", "line 3", "line 4", "line 5"]


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xfe\x00"])
def test_a_file_without_cases_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"cases\.jsonl"):
        read_records(file)
    with pytest.raises(EvaluationError, match="gone"):
        read_records(tmp_path / "gone.jsonl")


def test_what_is_not_understood_is_listed_and_a_repetition_is_not() -> None:
    data = {
        "symptoms": ["fatigue", "tiredness", "grumbling of the third humour"],
        "labs": [{"test": "sodium", "value": 140, "unit": "mmol/L"}],
    }
    count, missed = not_understood(data, Case.from_mapping(data))
    assert count == 4 and missed == ("grumbling of the third humour",)


def test_disturbances_change_the_writing_and_not_the_meaning() -> None:
    data = told(RICH, "D")
    case, knowledge = Case.from_mapping(data), load()
    found = disturbances(data, case, knowledge)
    again = Case.from_mapping(found["units"][0])
    values = {lab.test: lab.value for lab in again.labs}
    assert found["units"][0]["labs"][0]["unit"] != "mmol/L"
    assert values["serum_magnesium"] == pytest.approx(0.3, rel=1e-4)
    assert next(lab.reference for lab in again.labs if lab.test == "serum_magnesium") == pytest.approx((0.7, 1.0))
    wrong = found["spelling"][0]["symptoms"][0]["term"]
    assert wrong != "muscle cramps" and sorted(wrong) == sorted("muscle cramps")
    assert found["noise"][0]["symptoms"][:-1] == data["symptoms"]
    assert data == told(RICH, "D")


def test_no_mapped_state_is_a_misspelt_one() -> None:
    """A state that is not modelled may be named; one that is nearly the name of a modelled one is a slip."""
    known = set(load().states)
    named = {name for names in (*diagnoses().diagnoses.values(), *diagnoses().groups.values()) for name in names}
    slips = {
        name: difflib.get_close_matches(name, known, n=1, cutoff=0.93)
        for name in named - known - set(diagnoses().diagnoses)
    }
    assert not {name: near for name, near in slips.items() if near}
    assert len(named & known) >= 30


def test_strict_is_the_main_diagnosis_and_lenient_any_listed_or_of_its_group() -> None:
    knowledge = load()
    strict, lenient = accepted(RICH, knowledge)
    assert strict == ("hypomagnesemia",) and set(lenient) == {"hypomagnesemia", "hypocalcemia"}
    low_calcium = Record(id="x", data={}, diagnoses=("hypocalcaemia",), group="nutritional", red_flag=None, decisive=())
    assert accepted(low_calcium, knowledge) == (("hypocalcemia",), ("hypocalcemia", "hypoparathyroidism"))
    assert not is_mapped("excess_of_black_bile", knowledge)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published cases are not part of this repository")
def test_published_cases_are_mapped_and_their_diagnoses_stay_hidden() -> None:
    records, issues, _ = read_records(PUBLISHED)
    assert not issues
    assert all(is_mapped(record.diagnoses[0], load()) for record in records)
    for record in records:
        words = json.dumps(told(record, "A"))
        assert record.id not in words and '"labs"' not in words
