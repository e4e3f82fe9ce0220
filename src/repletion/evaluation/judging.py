"""An answer against the published diagnosis: orders of the states, and ranks in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from repletion.assessment.model import Assessment
from repletion.assessment.order import NONE
from repletion.case import Case
from repletion.evaluation.model import Decisive, Ranked, Ranks, choices, diagnoses
from repletion.evaluation.records import Record
from repletion.knowledge import Knowledge


def ranked(answer: Assessment) -> tuple[Ranked, ...]:
    """The states of an answer, in its order.  Levels of severity are inside their state."""
    return tuple(
        Ranked(id=e.id, kind=e.kind, probability=e.probability, explains=e.explains)
        for e in answer.explanations
        if e.id != NONE
    )


def orders(states: Sequence[Ranked]) -> dict[str, tuple[str, ...]]:
    """Ids in the order of the answer, in which ``states`` come, and by bare probability."""
    by_probability = sorted(states, key=lambda s: (-s.probability, -s.explains, s.id))
    return {"answer": tuple(s.id for s in states), "probability": tuple(s.id for s in by_probability)}


def states_of(slug: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Modelled states that stand for a diagnosis; a slug that is itself a state stands for itself."""
    wanted = diagnoses().diagnoses.get(slug, (slug,))
    return tuple(name for name in wanted if name in knowledge.states)


def is_mapped(slug: str, knowledge: Knowledge) -> bool:
    """Whether the diagnosis is known by name, modelled or not."""
    return slug in diagnoses().diagnoses or slug in knowledge.states


def accepted(record: Record, knowledge: Knowledge) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """States that count as strict hits, and as lenient ones."""
    strict = states_of(record.diagnoses[0], knowledge)
    lenient = dict.fromkeys(name for slug in record.diagnoses for name in states_of(slug, knowledge))
    wanted = set(diagnoses().diagnoses.get(record.diagnoses[0], ()))
    for group in diagnoses().groups.values():
        if wanted & set(group):
            lenient |= dict.fromkeys(name for name in group if name in knowledge.states)
    return strict, tuple(lenient)


def rank(order: Sequence[str], names: Iterable[str]) -> int | None:
    """The best rank of any of ``names``, from 1; ``None`` when none is in the order."""
    places = [order.index(name) + 1 for name in names if name in order]
    return min(places, default=None)


def ranks(order: Sequence[str], strict: Iterable[str], lenient: Iterable[str]) -> Ranks:
    """Both ranks in one order."""
    return Ranks(strict=rank(order, strict), lenient=rank(order, lenient))


def decisive(record: Record, case: Case, answer: Assessment) -> Decisive | None:
    """The best place of a decisive test among the orders suggested, from 1: what one order brings has its place.

    ``None`` when the record names no decisive test, or when a result of every one was told.  Names of tests are read
    as the program reads any result; the same substance in another sample or form counts.
    """
    told = {lab.test for lab in case.labs}
    found: dict[str, None] = {}
    unread = []
    for name in record.decisive:
        read = [lab.test for lab in Case.from_mapping({"labs": [{"test": name, "value": "low"}]}).labs]
        found |= dict.fromkeys(test for test in read if test not in told)
        if not read:
            unread.append(name)
    if not found and not unread:
        return None
    suggested = tuple("+".join(test.tests) for test in answer.next.tests)
    alike = {name for group in choices().same_analyte if set(group) & set(found) for name in group}
    named = {*found, *alike}
    places = [place for place, test in enumerate(answer.next.tests, 1) if named.intersection(test.tests)]
    return Decisive(tests=tuple(found), unread=tuple(unread), suggested=suggested, rank=min(places, default=None))
