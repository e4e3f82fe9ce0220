"""Words as reports of cases use them: what must be read of them, and what must not.

``phrases_of_reports.csv``: ``id`` present, ``-id`` absent, ``<id`` past, ``test=band`` a result, ``!`` before any of
these that it must not be read.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from repletion.case import Case

ROWS = list(csv.DictReader(Path(__file__).with_name("phrases_of_reports.csv").read_text(encoding="utf-8").splitlines()))
KNOWN = "nothing here depends on it"


def read(section: str, phrase: str) -> Case:
    return Case.from_mapping({section: phrase if section == "text" else [phrase]})


def signs(case: Case) -> set[str]:
    named = {("-" if not u.present else "<" if u.past else "") + u.id for u in case.understood}
    return named | {f"{lab.test}={lab.band}" for lab in case.labs}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["phrase"])
def test_words_of_reports_are_read(row: dict[str, str]) -> None:
    found = signs(read(row["section"], row["phrase"]))
    wanted = row["expected"].split()
    assert wanted
    wrong = [w for w in wanted if (w[1:] in found if w.startswith("!") else w not in found)]
    assert not wrong, sorted(found)


@pytest.mark.parametrize(
    ("section", "phrase"),
    [
        ("symptoms", "cough with phlegm"), ("conditions", "hiatus hernia"), ("conditions", "Ehlers-Danlos syndrome"),
        ("signs", "good general condition"), ("lifestyle", "works as a welder"), ("lifestyle", "retired teacher"),
        ("conditions", "appendectomy as a child"), ("stated_negatives", "no sick contacts"), ("diet", "soy formula"),
        ("stated_negatives", "no trauma"),
    ],
)  # fmt: skip
def test_what_moves_nothing_is_known(section: str, phrase: str) -> None:
    case = read(section, phrase)
    assert any(KNOWN in issue.message for issue in case.issues), case.issues
    assert not any("not understood" in issue.message for issue in case.issues)


@pytest.mark.parametrize(
    ("section", "phrase", "what"),
    [
        ("symptoms", "cough and chest pain", "chest_pain"),
        ("symptoms", "coughing, tingling lips", "perioral_paresthesia"),
        ("conditions", "hiatus hernia and iron deficiency", "iron_deficiency"),
        ("lifestyle", "farmer, vegan", "vegan_diet"),
        ("symptoms", "earache and twitching eyelid", "eyelid_twitching"),
    ],
)  # fmt: skip
def test_what_is_known_hides_nothing_beside_it(section: str, phrase: str, what: str) -> None:
    assert what in {u.id for u in read(section, phrase).understood}


@pytest.mark.parametrize(
    "phrase",
    ["meningeal signs", "subarachnoid hemorrhage on the scan", "cough with zorbing flumps in the quaggle drift"],
)
def test_what_is_grave_or_mostly_strange_is_not_passed_over(phrase: str) -> None:
    case = read("symptoms", phrase)
    assert any("not understood" in issue.message for issue in case.issues)


@pytest.mark.parametrize("phrase", ["the scan was negative", "ECG without changes", "no relevant abnormalities"])
def test_an_investigation_that_shows_nothing_is_read(phrase: str) -> None:
    assert not any("not understood" in issue.message for issue in read("investigations", phrase).issues)


def test_a_time_alone_is_no_complaint_that_was_missed() -> None:
    messages = [issue.message for issue in read("symptoms", "three weeks").issues]
    assert any("read as a time" in message for message in messages), messages
