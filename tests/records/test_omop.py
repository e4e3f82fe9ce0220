"""OMOP tables: concept ids in and out, an index day, and rows that are wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from pathlib import Path

import pytest

from repletion.assessment.stations import assess
from repletion.cli import main
from repletion.fhir.bundle import RecordError
from repletion.fhir.omop import read_tables
from repletion.knowledge import load
from repletion.knowledge.records import concepts

ON = dt.date(2026, 6, 1)
TABLES = {
    "person": [
        {"person_id": 1, "gender_concept_id": 8532, "year_of_birth": 1960, "month_of_birth": 3, "day_of_birth": 1},
        {"person_id": 2, "gender_concept_id": 8507, "year_of_birth": 1990},
    ],
    "condition_occurrence": [
        {
            "person_id": 1,
            "condition_concept_id": 201826,
            "condition_start_date": "2015-01-01",
            "condition_end_date": "",
        },
        {
            "person_id": 1,
            "condition_concept_id": 201826,
            "condition_start_date": "2016-01-01",
            "condition_end_date": "",
        },
        {
            "person_id": 2,
            "condition_concept_id": 999,
            "condition_start_date": "2016-01-01",
            "condition_source_value": "Muscle cramps",
        },
        {"person_id": 2, "condition_concept_id": 998, "condition_start_date": "2016-01-01"},
    ],
    "drug_exposure": [
        {"person_id": 1, "drug_concept_id": 974166, "drug_exposure_start_date": "2020-01-01"},
        {
            "person_id": 1,
            "drug_concept_id": 42,
            "drug_exposure_start_date": "2020-01-01",
            "drug_exposure_end_date": "2021-01-01",
            "drug_source_value": "Omeprazole 20 MG Oral Capsule",
        },
    ],
    "measurement": [
        {
            "person_id": 1,
            "measurement_concept_id": 3001420,
            "measurement_date": "2026-05-01",
            "value_as_number": 1.1,
            "unit_source_value": "mg/dL",
            "range_low": 1.7,
            "range_high": 2.4,
        },
        {
            "person_id": 1,
            "measurement_concept_id": 3001420,
            "measurement_date": "2024-05-01",
            "value_as_number": 2.0,
            "unit_source_value": "mg/dL",
        },
        {
            "person_id": 1,
            "measurement_concept_id": 3001420,
            "measurement_date": "2027-05-01",
            "value_as_number": 2.2,
            "unit_source_value": "mg/dL",
        },
        {
            "person_id": 1,
            "measurement_concept_id": 3025315,
            "measurement_date": "2026-05-01",
            "value_as_number": 68,
            "unit_source_value": "kg",
        },
    ],
}


def test_tables_become_cases_as_known_on_the_day() -> None:
    first, second = read_tables(TABLES, on=ON)
    assert (first.case.person.age, first.case.person.sex, first.case.person.weight_kg) == (66, "female", 68)
    stated = {u.id: u for u in first.case.understood}
    assert set(stated) == {"type_2_diabetes", "hydrochlorothiazide", "omeprazole", "other_medicines"}
    assert stated["omeprazole"].past
    assert stated["type_2_diabetes"].where == "condition_occurrence[1]"
    (magnesium,) = first.case.labs
    assert (magnesium.value, magnesium.date) == (pytest.approx(0.4526, abs=1e-3), dt.date(2026, 5, 1))
    assert any("1 rows after" in i.message for i in first.case.issues)
    assert [u.id for u in second.case.understood] == ["muscle_cramps"]
    assert any("concept 998 is not known" in i.message for i in second.case.issues)


def test_a_concept_table_gives_every_id_its_meaning() -> None:
    names = [
        {"concept_id": 998, "concept_name": "Hypothyroidism", "vocabulary_id": "SNOMED", "concept_code": "40930008"}
    ]
    _, second = read_tables({**TABLES, "concept": names}, on=ON)
    assert "hypothyroidism" in {u.id for u in second.case.understood}


def test_every_concept_carried_names_something() -> None:
    knowledge = load()
    tables = (knowledge.tests, knowledge.drugs, knowledge.states, knowledge.factors)
    for row in concepts():
        assert row.subject in {"weight", "bmi"} or any(row.subject in table for table in tables), row


def test_a_missing_column_is_named() -> None:
    with pytest.raises(RecordError, match="person lacks the column year_of_birth"):
        next(read_tables({"person": [{"person_id": 1, "gender_concept_id": 8507}]}, on=ON))


def write(folder: Path) -> None:
    for name, rows in TABLES.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / f"{name}.csv").open("w", newline="") as handle:
            writer = csv.DictWriter(handle, columns)
            writer.writeheader()
            writer.writerows(rows)


def test_a_folder_in_and_rows_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    said = tmp_path / "issues.csv"
    with pytest.raises(SystemExit) as ended:
        main(["cohort", str(tmp_path), "--on", ON.isoformat(), "--issues", str(said)])
    assert not ended.value.code
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    mine = [row for row in rows if row["person_id"] == "1"]
    assert (mine[0]["observation_source_value"], mine[0]["value_as_string"]) == ("urgency", "same_day")
    low = next(row for row in mine if row["observation_source_value"] == "hypomagnesemia")
    assert (low["observation_concept_id"], low["unit_source_value"]) == ("4098604", "%")
    assert float(low["value_as_number"]) > 90
    assert "concept 998" in said.read_text(encoding="utf-8")


def test_no_cell_that_comes_out_is_a_formula(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet that opens the rows or the issues works nothing out; an id that is a number stays one."""
    words = "=HYPERLINK(1)"
    tables = {
        "person": [{"person_id": who, "gender_concept_id": 8532, "year_of_birth": 1960} for who in (words, "-7")],
        "condition_occurrence": [
            {"person_id": "-7", "condition_concept_id": 0, "condition_start_date": "2026-01-01",
             "condition_source_value": f"{start}cmd|' /C calc'!A1"}
            for start in "=+-@"
        ],
    }  # fmt: skip
    for name, rows in tables.items():
        with (tmp_path / f"{name}.csv").open("w", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    said = tmp_path / "issues.csv"
    with pytest.raises(SystemExit):
        main(["cohort", str(tmp_path), "--on", ON.isoformat(), "--issues", str(said)])
    out, issues = capfd.readouterr().out, said.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["person_id"] for row in rows} == {f"'{words}", "-7"}
    cells = [cell for text in (out, issues) for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("calc" in cell for cell in cells)
    assert {cell for cell in cells if cell[:1] in set("=+-@\t\r")} == {"-7"}


def test_ctrl_c_writes_the_people_done(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    people = len(TABLES["person"])
    assert people > 1
    done: list[object] = []

    def once(case: object, **options: object) -> object:
        if done:
            raise KeyboardInterrupt
        done.append(case)
        return assess(case, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("repletion.assessment.stations.assess", once)
    monkeypatch.setattr("repletion.cli.progress.is_watched", lambda: True)
    monkeypatch.setattr(sys.modules["repletion.cli.cohort"], "is_watched", lambda: True)
    with pytest.raises(SystemExit) as ended:
        main(["cohort", str(tmp_path), "--on", ON.isoformat()])
    assert ended.value.code == 130
    said = capfd.readouterr()
    assert {row["person_id"] for row in csv.DictReader(io.StringIO(said.out))} == {"1"}
    assert f"1/{people}" in said.err
    assert f"Stopped after 1 of {people} people; those are written." in said.err


def test_a_shifted_row_is_refused_with_its_place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "person.csv").write_text("person_id,gender_concept_id,year_of_birth\n1,8532\n")
    with pytest.raises(SystemExit) as ended:
        main(["cohort", str(tmp_path)])
    assert ended.value.code == 2
    assert "person.csv, row 2" in capfd.readouterr().err
