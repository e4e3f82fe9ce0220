"""Phrases as people and case reports word them → what they were taken to mean.

``phrases.csv``: ``id`` present, ``-id`` absent, ``~id`` uncertain, ``<id`` past, ``!`` only an issue, empty nothing.
The rows ``held`` were written before the reader was tuned on the others and measured once.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from repletion.case.lexicon import Lexicon, build
from repletion.case.meanings import Outcome, Setting
from repletion.case.statements import read_statement
from repletion.knowledge import load

ROWS = list(csv.DictReader(Path(__file__).with_name("phrases.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build(load())


def read(row: dict[str, str], lexicon: Lexicon) -> Outcome:
    listed = row["section"] not in {"text", "diet", "lifestyle"}
    negative = row["section"] == "stated_negatives" and not row["phrase"].startswith(
        ("no ", "never", "otherwise", "prev")
    )
    return read_statement(row["phrase"], Setting(row["section"], "here", listed=listed, negative=negative), lexicon)


def signs(outcome: Outcome, lexicon: Lexicon) -> set[str]:
    """What was understood as in the file; what a narrower finding implies is left out."""
    wider = {w for u in outcome.understood if u.kind == "finding" for w in ancestors(u.id, lexicon)}
    found = set()
    for u in outcome.understood:
        if u.id in wider and u.present:
            continue
        mark = "-" if not u.present else "<" if u.past else "" if u.certain else "~"
        found.add(mark + u.id)
    return found


def ancestors(name: str, lexicon: Lexicon) -> set[str]:
    direct = set(lexicon.knowledge.findings[name].is_a) if name in lexicon.knowledge.findings else set()
    return direct.union(*(ancestors(w, lexicon) for w in direct))


def right(row: dict[str, str], lexicon: Lexicon) -> bool:
    outcome = read(row, lexicon)
    if row["expected"] == "!":
        return not outcome.understood and bool(outcome.issues)
    return signs(outcome, lexicon) == set(row["expected"].split())


def test_the_file_is_large_and_its_ids_exist(lexicon: Lexicon) -> None:
    k = lexicon.knowledge
    known = {*k.findings, *k.factors, *k.states, *k.drugs, *k.lists, *{d.drug_class for d in k.drugs.values()}}
    assert len(ROWS) >= 250
    for row in ROWS:
        for name in row["expected"].split():
            assert name == "!" or name.lstrip("-~<") in known, (row["phrase"], name)


@pytest.mark.parametrize(("part", "least"), [("dev", 0.97), ("held", 0.85)])
def test_phrases_are_understood(part: str, least: float, lexicon: Lexicon) -> None:
    rows = [row for row in ROWS if row["set"] == part]
    wrong = [
        (row["phrase"], row["expected"], sorted(signs(read(row, lexicon), lexicon)))
        for row in rows
        if not right(row, lexicon)
    ]
    assert len(wrong) <= (1 - least) * len(rows), wrong
