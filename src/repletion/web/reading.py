"""What was told, read: the case, the interview taken up again, and what to show of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from repletion.case.labs import find_test
from repletion.case.lexicon import build as lexicon_of
from repletion.case.model import Case, Lab, Person, Understood
from repletion.evidence.labs import fits
from repletion.interview import Interview, start
from repletion.interview.asking import OPEN, question_about
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Span
from repletion.report.items import sentence_case
from repletion.report.numbers import amount, lasting
from repletion.report.sparing import finding_name
from repletion.report.wording import say
from repletion.web.told import FormError, Told


def _mapping(told: Told) -> dict[str, object]:
    person: dict[str, object] = {
        name: value
        for name, value in (
            ("age", told.age),
            ("sex", told.sex),
            ("height_cm", told.height),
            ("weight_kg", told.weight),
        )
        if value
    }
    if told.pregnant:
        person["pregnant"] = told.pregnant == "yes"
    case: dict[str, object] = {"person": person, "text": list(told.words)}
    if told.medicines:
        case["drugs"] = list(told.medicines)
    if told.conditions:
        case["conditions"] = list(told.conditions)
    if told.labs:
        case["labs"] = [
            {
                name: value
                for name, value in (
                    ("test", lab.test),
                    ("value", lab.value),
                    ("unit", lab.unit),
                    ("date", lab.date),
                    ("reference_range", lab.range),
                )
                if value
            }
            for lab in told.labs
        ]
    if told.diary:
        case["diary"] = told.diary
    return case


def key_of(thing: Understood) -> str:
    """The name under which a subject is taken back."""
    return f"{thing.kind}:{thing.id}"


_SIZES = {"height_cm": "height", "weight_kg": "weight"}
"""Of the person, what words may say, by the field of the form that says the same."""


def _removed(told: Told) -> tuple[str, ...]:
    """What was taken back; a size that is typed into its field since then counts again."""
    again = {f"person:{name}" for name, field in _SIZES.items() if getattr(told, field)}
    return tuple(name for name in told.removed if name not in again)


def _taken_back(case: Case, removed: Iterable[str]) -> Case:
    """The case without the subjects that the person took back, and without the words that named them."""
    gone = frozenset(removed)
    if not gone:
        return case
    words = [u.text for u in case.understood if key_of(u) in gone and u.text]
    said = case.said
    for text in words:
        said = tuple(part.replace(text, " ") for part in said)
    sizes = {name: None for name in _SIZES if f"person:{name}" in gone}
    return msgspec.structs.replace(
        case,
        person=msgspec.structs.replace(case.person, **sizes),
        understood=tuple(u for u in case.understood if key_of(u) not in gone),
        labs=tuple(lab for lab in case.labs if f"result:{lab.test}" not in gone),
        said=tuple(part for part in said if part.strip()),
    )


def case_of(told: Told, *, on: dt.date) -> Case:
    """The case as told, without the answers to questions."""
    return _taken_back(Case.from_mapping(_mapping(told), today=on), _removed(told))


def interview_of(told: Told, *, on: dt.date | None = None, knowledge: Knowledge | None = None) -> Interview:
    """The interview taken up again from what was told.  Raises :class:`FormError` for answers to no question."""
    day = on or today()
    known = knowledge or load()
    found = start(case_of(told, on=day), on=day, authority=told.authority, knowledge=known)
    for reply in told.answers:
        asked = question_about(found.case, known, reply.id, reply.kind)
        if asked is not None:
            found = found.hear(asked, reply.typed)
        elif reply.id not in OPEN:  # how long a complaint has lasted is not asked once the complaint is taken back
            raise FormError("answer")
    return replace(found, case=_taken_back(found.case, _removed(told))) if told.removed else found


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing understood: what it says, from which words, and the name to take it back by."""

    text: str
    words: str
    remove: str


def chips(told: Told, interview: Interview) -> tuple[Chip, ...]:
    """What was understood, each once, in the order told; answers to questions stand apart."""
    found: dict[str, Chip] = {}
    for thing in interview.case.understood:
        key = key_of(thing)
        if key in found or thing.where.startswith("interview."):
            continue
        label = sentence_case(finding_name(thing.id, thing.label, told.reader))
        if thing.duration_days and (thing.kind == "finding" or thing.duration_days >= 1):  # hours of sleep, of no habit
            label = say("web.chip.lasting", label=label, time=lasting(thing.duration_days))
        for holds, kind in ((not thing.present, "absent"), (not thing.certain, "doubtful"), (thing.past, "past")):
            if holds:
                label = say(f"understood.{kind}", label=label)
        alike = next((other for other, chip in found.items() if chip.text == label), None)
        if alike is not None:  # known in two ways, as a state and as what raises a risk: taken back together
            found[alike] = replace(found[alike], remove=f"{found[alike].remove},{key}")
            continue
        found[key] = Chip(text=label, words=thing.text.strip(), remove=key)
    for name, field in _SIZES.items():  # what was typed into its field is seen there
        size = getattr(interview.case.person, name)
        if size is not None and not getattr(told, field):
            text = say(f"web.chip.{field}", n=f"{size:.0f}")
            found[f"person:{name}"] = Chip(text=text, words="", remove=f"person:{name}")
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Echo:
    """A laboratory result said back: as typed, as read, and how it stands; ``units`` when one must be chosen."""

    name: str
    typed: str
    reading: str
    standing: str
    units: tuple[tuple[str, str], ...]
    remove: str
    field: str

    @property
    def number(self) -> str:
        """The value alone, for the question about its unit."""
        return self.typed.removeprefix(self.name).rpartition(" ")[2]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Units to choose from, each with what is usual in it."""
        return tuple((u, say("web.labs.unit", unit=u, range=r) if r else u) for u, r in self.units)


def _span(spans: Iterable[Span], person: Person) -> Span | None:
    """The first range meant for this person: those for some people stand before those for all."""
    return next((span for span in spans if fits(span.when, person)), None)


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        return say("web.labs.range", low=amount(low), high=amount(high), unit=unit)
    key, bound = ("web.labs.above", low) if low is not None else ("web.labs.below", high)
    return "" if bound is None else say(key, bound=amount(bound), unit=unit)


def _usual(lab: Lab, knowledge: Knowledge, person: Person) -> tuple[float | None, float | None]:
    """The range given with a result, else the one that is usual for such a person, in the unit of the result."""
    span = _span(knowledge.tests[lab.test].reference, person)
    return lab.reference or ((span.low, span.high) if span else (None, None))


def band_of(lab: Lab, knowledge: Knowledge, person: Person) -> str:
    """``low``, ``high`` or ``normal``, also as it was typed in words; empty where that cannot be said."""
    if not lab.usable or lab.test not in knowledge.tests:
        return ""
    if lab.value is None:
        return lab.band or ""
    low, high = _usual(lab, knowledge, person)
    if low is not None and lab.value < low:
        return "low"
    if high is not None and lab.value > high:
        return "high"
    return "" if low is None and high is None else "normal"


def _standing(lab: Lab, knowledge: Knowledge, person: Person) -> str:
    """``that is low (usual: 0.7 to 1 mmol/L)``."""
    if not lab.usable:
        return say("web.labs.unusable")
    if lab.value is None:
        return say("web.labs.band", band=(lab.band or "").replace("_", " "))
    band = band_of(lab, knowledge, person)
    low, high = _usual(lab, knowledge, person)
    return say(f"web.labs.{band}", range=_range(low, high, lab.unit or "")) if band else ""


def _choices(test: str, knowledge: Knowledge, person: Person) -> tuple[tuple[str, str], ...]:
    """Each unit of a test with what is usual in it."""
    record = knowledge.tests[test]
    span = _span(record.reference, person)
    found: dict[tuple[float, float], tuple[str, str]] = {}
    for unit in record.units:
        low, high = (
            None if end is None or span is None else (end - unit.offset) / unit.factor
            for end in ((span.low, span.high) if span else (None, None))
        )
        found.setdefault((unit.factor, unit.offset), (unit.unit, _range(low, high, unit.unit)))
    return tuple(found.values())


def echoes(told: Told, interview: Interview) -> tuple[Echo, ...]:
    """Every result said back, those of the fields first, then those found in the words."""
    known, person = interview.knowledge, interview.case.person
    found = []
    for place, typed in enumerate(told.labs):
        read = [lab for lab in interview.case.labs if lab.where.startswith(f"labs[{place}]")]
        name = find_test(typed.test, lexicon_of(known))
        is_open = name is not None and not typed.unit and not any(lab.usable for lab in read)
        units = _choices(name, known, person) if is_open and name is not None else ()
        found += [
            Echo(
                name=lab.label,
                typed=lab.typed or lab.text,
                reading=_value(lab),
                standing="" if units else _standing(lab, known, person),
                units=units,
                remove=f"lab:{place}",
                field=f"unit.{place}",
            )
            for lab in read or ()
        ] or [
            Echo(
                name=typed.test,
                typed=f"{typed.value} {typed.unit}".strip(),
                reading="",
                standing=say("web.labs.unread"),
                units=units,
                remove=f"lab:{place}",
                field=f"unit.{place}",
            )
        ]
    for lab in interview.case.labs:
        if lab.where.startswith("labs["):
            continue
        # the unit of a result in the words can be chosen where it stands there as it was read
        is_open = not lab.usable and lab.value is None and lab.text[-1:].isdigit()
        is_open = is_open and any(lab.text in words for words in told.words)
        units = _choices(lab.test, known, person) if is_open else ()
        found.append(
            Echo(
                name=lab.label,
                typed=lab.text,
                reading=_value(lab),
                standing="" if units else _standing(lab, known, person),
                units=units,
                remove=f"result:{lab.test}",
                field=f"unit-of.{lab.text}",
            )
        )
    return tuple(found)


def _value(lab: Lab) -> str:
    if lab.value is None:
        return ""
    return f"{lab.comparator or ''}{amount(lab.value)} {lab.unit or ''}".strip()


def today() -> dt.date:
    """The person's own calendar day."""
    return dt.date.today()  # noqa: DTZ011
