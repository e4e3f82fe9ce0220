"""The question about one subject, by its name: for asking it, and for taking up an interview from its answers."""

from __future__ import annotations

from repletion.case.model import Case, Understood
from repletion.interview import urgent
from repletion.interview.model import Asked, AskedKind
from repletion.interview.wording import sentence, wording
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Factor, Finding

MOST_NAMED = 4
"""Names that a question repeats."""
TO_NAME = ("medicines", "conditions")
NO_CHOICE = ("not_sure", "skip")
SEXES = ("female", "male", *NO_CHOICE)
OPEN: dict[str, AskedKind] = {
    "complaint": "open",
    "rephrase": "open",
    "age": "number",
    "sex": "choice",
    "duration": "open",
    "medicines": "open",
    "conditions": "open",
}
"""Questions that carry a name of their own, with how they are answered."""


def question_about(case: Case, knowledge: Knowledge, name: str, kind: AskedKind | None = None) -> Asked | None:
    """The question about ``name``: one of :data:`OPEN`, a red flag, a finding or a factor.

    ``None`` when no interview asks it.  ``kind``: of which kind, where several share the name; by default a red flag
    stands before a finding.
    """
    if name in OPEN and kind in {None, OPEN[name]}:
        return _open(case, knowledge, name)
    words = wording()
    if kind in {None, "red_flag"} and name in words.red_flags and name in knowledge.red_flags:
        label = knowledge.red_flags[name].label
        why = sentence("flag_why", label=label[:1].lower() + label[1:])
        return Asked(id=name, kind="red_flag", question=words.red_flags[name].question, why=why)
    subjects: tuple[tuple[AskedKind, Finding | Factor | None], ...] = (
        ("finding", knowledge.findings.get(name)),
        ("factor", knowledge.factors.get(name)),
    )
    for which, record in subjects:
        text = words.questions.get(name) or (record.question if record is not None else None)
        if record is not None and text and kind in {None, which}:
            return Asked(id=name, kind=which, question=text, why="")
    return None


def _open(case: Case, knowledge: Knowledge, name: str) -> Asked | None:
    values: dict[str, object] = {}
    if name == "duration":
        finding = urgent.without_duration(case, knowledge)
        if finding is None:
            return None
        record = knowledge.findings[finding]
        values["label"] = (record.lay or record.label).lower()
    choices = SEXES if name == "sex" else NO_CHOICE
    key = name
    if name in TO_NAME and (named := _named_already(case, knowledge, name)):
        key, values["names"] = f"{name}_other", ", ".join(named)
    question, why = sentence(key, **values), sentence(f"{name}_why")
    return Asked(id=name, kind=OPEN[name], question=question, why=why, choices=choices)


def _named_already(case: Case, knowledge: Knowledge, name: str) -> list[str]:
    """Medicines, or illnesses and operations, that were told: what was told once is not asked again."""

    def fits(thing: Understood) -> bool:
        if name == "medicines":
            return thing.kind == "drug"
        record = knowledge.factors.get(thing.id) if thing.kind == "factor" else None
        return thing.kind == "state" or (record is not None and record.kind in {"condition", "history"})

    told = (thing for thing in case.understood if thing.present and fits(thing))
    return list(dict.fromkeys(thing.label.lower() for thing in told))[:MOST_NAMED]
