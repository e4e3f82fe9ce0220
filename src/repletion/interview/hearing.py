"""An answer as typed → the case with it.  What is not understood stays in the case as an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from repletion.case import Case
from repletion.case.document import CaseError
from repletion.case.lexicon import code_text
from repletion.case.model import Kind, Person, Understood
from repletion.case.settling import settle
from repletion.errors import Issue
from repletion.interview.model import Asked, Reply
from repletion.interview.wording import sentence, wording
from repletion.knowledge import Knowledge

_LISTED = re.compile(r"[,;\n]+|\s+and\s+")
_PARTS = re.compile(r"[\s,.;:!–—-]+")


def plain(typed: str) -> str:
    """An answer in lower case with straight apostrophes and no punctuation at its ends."""
    return typed.replace("’", "'").strip().strip(".,;!").strip().lower()


def reply_of(typed: str) -> tuple[Reply, str]:
    """What an answer to yes or no was taken as, and the further words after it.

    An empty answer skips.  ``words`` when it is none of yes, no, not sure, skip.
    """
    words = plain(typed)
    if not words:
        return "skip", ""
    known = wording().answers
    order: tuple[Reply, ...] = ("not_sure", "skip", "yes", "no")
    for reply in order:
        if words in known[reply]:
            return reply, ""
    for reply in order[2:]:  # "yes, for two weeks"
        for option in sorted(known[reply], key=len, reverse=True):
            rest = words.removeprefix(option)
            if len(option) > 1 and rest != words and _PARTS.match(rest):
                return reply, _PARTS.sub("", rest, count=1).strip()
    return "words", words


def says_none(typed: str) -> bool:
    """Whether an open answer says that there is nothing to name."""
    return plain(typed) in wording().answers["none"]


def fuller(first: Person, other: Person) -> Person:
    """``first`` with what only ``other`` knows."""
    values = {name: getattr(other, name) for name in first.__struct_fields__ if getattr(first, name) is None}
    return msgspec.structs.replace(first, **{name: value for name, value in values.items() if value is not None})


def _merge(case: Case, more: Case) -> Case:
    """Both cases as one; what was said first about the person stays."""
    understood, clashes = settle([*case.understood, *more.understood])
    return msgspec.structs.replace(
        case,
        person=fuller(case.person, more.person),
        understood=tuple(understood),
        labs=(*case.labs, *more.labs),
        issues=tuple(dict.fromkeys([*case.issues, *more.issues, *clashes])),
        said=tuple(dict.fromkeys([*case.said, *more.said])),
    )


def hear_words(case: Case, knowledge: Knowledge, words: str, where: str, section: str = "text") -> Case:
    """The case with free words read into one of its sections (``text``, ``drugs``, ``conditions``)."""
    value: object = words
    if section != "text":
        value = [part.strip() for part in _LISTED.split(words) if part.strip()]
    try:
        more = Case.from_mapping({section: value}, knowledge=knowledge)
    except CaseError as error:
        issue = Issue(level="error", where=where, message=str(error), remedy=sentence("taken_remedy"))
        return msgspec.structs.replace(case, issues=(*case.issues, issue))
    return _merge(case, more)


def hear_person(case: Case, knowledge: Knowledge, field: str, typed: str) -> Case:
    """The case with the age or the sex as typed."""
    if field == "age" and (number := re.search(r"\d+(?:[.,]\d+)?", typed)) is not None:
        typed = number.group().replace(",", ".")
    return _merge(case, Case.from_mapping({"person": {field: typed.strip()}}, knowledge=knowledge))


def hear_duration(case: Case, knowledge: Knowledge, finding: str, typed: str) -> Case:
    """The case with how long a present finding has lasted."""
    entry = {"findings": {finding: {"present": True, "duration": typed}}}
    read = Case.from_mapping(entry, knowledge=knowledge)
    days = next((u.duration_days for u in read.understood if u.id == finding), None)
    understood = tuple(
        msgspec.structs.replace(u, duration_days=days)
        if days is not None and u.id == finding and u.present and not u.past
        else u
        for u in case.understood
    )
    return msgspec.structs.replace(case, understood=understood, issues=(*case.issues, *read.issues))


def state(
    case: Case, knowledge: Knowledge, kind: Kind, names: Iterable[str], *, present: bool, text: str, where: str
) -> Case:
    """The case with findings or factors stated as present or absent; what was already said about one stays."""
    told = {(u.kind, u.id) for u in case.understood if not u.past}
    table = knowledge.findings if kind == "finding" else knowledge.factors
    more = tuple(
        Understood(
            text=text,
            where=where,
            kind=kind,
            id=name,
            label=table[name].label,
            code=code_text(table[name].codes),
            present=present,
        )
        for name in names
        if (kind, name) not in told
    )
    return msgspec.structs.replace(case, understood=(*case.understood, *more))


def not_taken(case: Case, asked: Asked, words: str) -> Case:
    """The case with a note that an answer was neither yes nor no."""
    issue = Issue(
        level="note",
        where=f"interview.{asked.id}",
        message=sentence("taken", words=words[:80]),
        remedy=sentence("taken_remedy"),
    )
    return msgspec.structs.replace(case, issues=(*case.issues, issue))
