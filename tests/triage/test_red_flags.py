"""Every red flag fires on its own condition, whatever else is said; never on its denial; and nothing ever raises."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repletion.case.model import Case, Lab, Person, Understood
from repletion.errors import Issue
from repletion.knowledge import Knowledge, load
from repletion.knowledge.base import with_wider
from repletion.knowledge.models import URGENCIES, Condition
from repletion.triage import triage

from .conftest import EMPTY, lab, meet, said

KNOWLEDGE = load()
FLAGS = sorted(KNOWLEDGE.red_flags)
FINDINGS, FACTORS, TESTS = sorted(KNOWLEDGE.findings), sorted(KNOWLEDGE.factors), sorted(KNOWLEDGE.tests)
quiet = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def fired(case: Case) -> set[str]:
    return {reason.id for reason in triage(case, KNOWLEDGE).reasons}


def leaves(condition: Condition) -> Iterator[Condition]:
    if not (condition.any_of or condition.all_of):
        yield condition
    for part in (*condition.any_of, *condition.all_of):
        yield from leaves(part)


def barring(condition: Condition) -> Iterator[str]:
    """Findings, factors and states with which a condition does not hold."""
    for part in condition.none_of:
        yield from (name for leaf in leaves(part) for name in (leaf.finding, leaf.factor, leaf.state) if name)
    for part in (*condition.any_of, *condition.all_of):
        yield from barring(part)


def of_an_age(condition: Condition) -> bool:
    """Whether the flag itself names an age as a reason not to fire."""
    return any(
        leaf.age_under is not None or leaf.age_over is not None for part in condition.none_of for leaf in leaves(part)
    )


def with_wider_of(item: Understood) -> set[str]:
    """What a person has who has this: itself, what it is a kind of, what a medicine stands for."""
    names = KNOWLEDGE.factors_of_drug.get(item.id, ()) if item.kind == "drug" else (item.id,)
    tables = KNOWLEDGE.findings if item.kind == "finding" else KNOWLEDGE.factors
    return {wider for name in names for wider in with_wider(name, tables)}


@st.composite
def noise(draw: st.DrawFn) -> Case:
    """Anything at all that somebody may have typed, short and mild or not."""
    kinds = st.sampled_from(
        [("finding", n) for n in FINDINGS] + [("factor", n) for n in FACTORS] + [("drug", n) for n in KNOWLEDGE.drugs]
    )
    items = draw(st.lists(st.tuples(kinds, st.booleans(), st.none() | st.floats(0, 14)), max_size=6))
    understood = tuple(said(kind, name, present=present, days=days) for (kind, name), present, days in items)
    values = draw(st.lists(st.tuples(st.sampled_from(TESTS), st.floats(0, 500)), max_size=3))
    person = Person(
        age=draw(st.none() | st.floats(0, 110)),
        sex=draw(st.sampled_from([None, "female", "male"])),
        pregnant=draw(st.none() | st.booleans()),
    )
    return Case(person=person, understood=understood, labs=tuple(lab(test, value) for test, value in values))


@pytest.mark.parametrize("name", FLAGS)
def test_flag_fires_on_its_condition_whatever_else_is_typed(name: str) -> None:
    """Whatever but what the flag itself names as a reason not to fire: weight that was meant to be lost."""
    flag = KNOWLEDGE.red_flags[name]
    alternatives = flag.when.any_of or (flag.when,)
    spared = set(barring(flag.when))

    @quiet
    @given(noise())
    def check(other: Case) -> None:
        for alternative in alternatives:
            case = meet(alternative, KNOWLEDGE, EMPTY)
            person = other.person if case.person == EMPTY.person and not of_an_age(flag.when) else case.person
            merged = msgspec.structs.replace(
                case,
                person=person,
                understood=(*(u for u in other.understood if not spared & with_wider_of(u)), *case.understood),
                labs=(*other.labs, *case.labs),
            )
            result = triage(merged, KNOWLEDGE)
            assert name in {reason.id for reason in result.reasons}
            assert URGENCIES.index(result.urgency) <= URGENCIES.index(flag.urgency)
            assert result.suppresses_plan or not flag.stops_plan

    check()


@pytest.mark.parametrize("name", FLAGS)
def test_flag_is_silent_when_everything_it_asks_for_is_denied(name: str) -> None:
    understood = tuple(
        said(kind, found, present=False)
        for part in leaves(KNOWLEDGE.red_flags[name].when)
        for kind, found in (("finding", part.finding), ("factor", part.factor), ("state", part.state))
        if found is not None
    )
    assert name not in fired(msgspec.structs.replace(EMPTY, understood=understood))


@pytest.mark.parametrize("name", FLAGS)
def test_past_findings_do_not_fire(name: str) -> None:
    case = meet(KNOWLEDGE.red_flags[name].when, KNOWLEDGE, EMPTY)
    past = tuple(msgspec.structs.replace(u, past=u.kind == "finding") for u in case.understood)
    if any(u.past for u in past) and not case.labs and not case.said:
        assert name not in fired(msgspec.structs.replace(case, understood=past))


def test_a_narrower_finding_fires_for_the_wider_one(knowledge: Knowledge) -> None:
    assert "tetany" in knowledge.findings["carpopedal_spasm"].is_a
    assert "tetany" in fired(msgspec.structs.replace(EMPTY, understood=(said("finding", "carpopedal_spasm"),)))


@pytest.mark.parametrize(
    ("test", "value", "more", "flag", "fires"),
    [
        ("serum_potassium", 2.5, {}, "potassium_critical", True),
        ("serum_potassium", 2.6, {}, "potassium_critical", False),
        ("serum_potassium", 6.5, {}, "potassium_critical", True),
        ("serum_potassium", 2.4, {"comparator": ">"}, "potassium_critical", False),
        ("serum_potassium", 2.5, {"comparator": "<"}, "potassium_critical", True),
        ("serum_potassium", 7.0, {"comparator": "<"}, "potassium_critical", False),
        ("serum_potassium", 2.0, {"usable": False}, "potassium_critical", False),
        ("serum_sodium", 119.0, {}, "sodium_critical", True),
        ("serum_sodium", 123.0, {}, "sodium_low", True),
        ("serum_calcium", 1.85, {}, "calcium_critical", True),
        ("serum_calcium", 2.05, {}, "calcium_critical", False),
        ("serum_magnesium", 0.39, {}, "magnesium_critical", True),
        ("serum_magnesium", 0.45, {}, "magnesium_very_low", True),
        ("serum_phosphate", 0.25, {}, "phosphate_critical", True),
    ],
)
def test_critical_values(test: str, value: float, more: dict[str, object], flag: str, fires: bool) -> None:
    case = msgspec.structs.replace(EMPTY, labs=(lab(test, value, **more),))
    assert (flag in fired(case)) is fires


def test_a_band_alone_triggers_no_numeric_rule() -> None:
    banded = Lab(test="serum_potassium", label="potassium", text="potassium very low", where="t", band="very_low")
    assert "potassium_critical" not in fired(msgspec.structs.replace(EMPTY, labs=(banded,)))


def test_every_limit_lies_in_its_tests_plausible_range() -> None:
    for flag in KNOWLEDGE.red_flags.values():
        for part in leaves(flag.when):
            for claim in filter(None, (part.below, part.above)):
                assert part.test is not None
                value, span = KNOWLEDGE.claims[claim].value, KNOWLEDGE.tests[part.test].plausible
                assert value is not None
                assert (span.low is None or span.low < value) and (span.high is None or value < span.high), claim


def test_every_name_and_source_of_a_flag_exists() -> None:
    for flag in KNOWLEDGE.red_flags.values():
        assert flag.source in KNOWLEDGE.sources, flag.id
        for part in leaves(flag.when):
            assert part.finding is None or part.finding in KNOWLEDGE.findings, (flag.id, part.finding)
            assert part.factor is None or part.factor in KNOWLEDGE.factors, (flag.id, part.factor)
            assert part.state is None or part.state in KNOWLEDGE.states, (flag.id, part.state)
            assert part.test is None or part.test in KNOWLEDGE.tests, (flag.id, part.test)


texts = st.text(max_size=120)
odd = st.builds(
    Case,
    person=st.builds(
        Person, age=st.none() | st.floats(), height_cm=st.none() | st.floats(), weight_kg=st.none() | st.floats()
    ),
    understood=st.lists(
        st.builds(
            Understood,
            text=texts,
            where=texts,
            kind=st.sampled_from(["finding", "factor", "drug", "state", "test", "person"]),
            id=texts | st.sampled_from(FINDINGS),
            label=texts,
            present=st.booleans(),
            duration_days=st.none() | st.floats(),
            past=st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
    labs=st.lists(
        st.builds(
            Lab,
            test=texts | st.sampled_from(TESTS),
            label=texts,
            text=texts,
            where=texts,
            value=st.none() | st.floats(),
        ),
        max_size=3,
    ).map(tuple),
    issues=st.lists(
        st.builds(Issue, level=st.just("warning"), where=texts, message=texts, remedy=texts), max_size=3
    ).map(tuple),
    said=st.lists(texts, max_size=3).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(odd)
def test_any_case_gets_an_answer(case: Case) -> None:
    result = triage(case, KNOWLEDGE)
    assert result.reasons
    assert result.urgency == result.reasons[0].urgency
    assert all(reason.message and reason.source in KNOWLEDGE.sources for reason in result.reasons)
