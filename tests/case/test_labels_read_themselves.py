"""What a finding is called here, typed as a complaint, is read as that finding."""

from __future__ import annotations

from repletion.case.model import Case
from repletion.knowledge import Knowledge, load

LEAST = 0.995
"""Share of all words of findings that are read as themselves; the rest are too general to stand alone, or lists."""


def read_as(text: str, kind: str) -> set[str]:
    case = Case.from_mapping({"signs" if kind == "sign" else "symptoms": [text]})
    return {u.id for u in case.understood if u.kind == "finding" and u.present and not u.past}


def test_every_label_and_lay_name_is_read_as_itself() -> None:
    knowledge: Knowledge = load()
    missed = [
        (finding.id, text)
        for finding in knowledge.findings.values()
        if finding.kind != "lab"
        for text in (finding.label, finding.lay)
        if text and finding.id not in read_as(text, finding.kind)
    ]
    assert not missed


def test_nearly_all_words_of_a_finding_are_read_as_it() -> None:
    knowledge = load()
    asked, missed = 0, []
    for finding in knowledge.findings.values():
        if finding.kind == "lab":
            continue
        for text in dict.fromkeys((*finding.words, *finding.clinical_words)):
            asked += 1
            if finding.id not in read_as(text, finding.kind):
                missed.append((finding.id, text))
    assert asked > 5000
    assert len(missed) <= (1 - LEAST) * asked, missed
