"""The question about one subject, by its name: for asking it, and for taking up an interview from its answers."""

from __future__ import annotations

from repletion.case.model import Case
from repletion.errors import UnknownName
from repletion.interview import urgent
from repletion.interview.model import Asked, AskedKind
from repletion.interview.wording import sentence, wording
from repletion.knowledge import Knowledge

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


def question_about(case: Case, knowledge: Knowledge, kind: AskedKind, name: str) -> Asked:
    """The question of this kind about ``name``: one of :data:`OPEN`, a red flag, a finding or a factor.

    Raises :class:`UnknownName` when there is no such question.
    """
    if kind == OPEN.get(name):
        values: dict[str, object] = {}
        if name == "duration":
            finding = urgent.without_duration(case, knowledge)
            record = knowledge.findings[finding] if finding is not None else None
            values["label"] = "" if record is None else (record.lay or record.label).lower()
        choices = SEXES if name == "sex" else NO_CHOICE
        question, why = sentence(name, **values), sentence(f"{name}_why")
        return Asked(id=name, kind=kind, question=question, why=why, choices=choices)
    if kind == "red_flag" and name in wording().red_flags and name in knowledge.red_flags:
        label = knowledge.red_flags[name].label
        why = sentence("flag_why", label=label[:1].lower() + label[1:])
        return Asked(id=name, kind=kind, question=wording().red_flags[name].question, why=why)
    record_of = {"finding": knowledge.findings, "factor": knowledge.factors}.get(kind, {})
    if name in record_of:
        record = record_of[name]
        question = wording().questions.get(name) or record.question or record.lay or record.label
        return Asked(id=name, kind=kind, question=question, why="")
    raise UnknownName(f"no question of the kind {kind!r} is about {name!r}")
