"""What accounts for the whole report stands before what accounts for one word of it, unless a result stands out."""

from __future__ import annotations

import datetime as dt

from by_reasons import places_of

from repletion.assessment.model import Because, Explanation
from repletion.assessment.naming import named
from repletion.assessment.reasoning import builder_of
from repletion.case import Case
from repletion.evidence import observe
from repletion.knowledge import load


def because(finding: str, weight: float, *, kind: str = "finding", present: bool = True) -> Because:
    return Because(
        finding=finding, label=finding, kind=kind, text="", present=present, weight=weight, claims=(), assumed=False
    )  # type: ignore[arg-type]


def explained(name: str, explains: float, *reasons: Because) -> Explanation:
    return Explanation(
        id=name,
        label=name,
        lay=name,
        kind="other",
        probability=explains,
        low=explains,
        high=explains,
        prior=0.01,
        because=reasons,
        explains=explains,
    )


def test_three_words_accounted_for_stand_before_one() -> None:
    known = load()
    one = explained("one", 0.3, because("fatigue", 1.0), because("pallor", -0.5))
    three = explained("three", 0.2, because("fatigue", 0.4), because("pallor", 0.6), because("glossitis", 0.5))
    first, second = places_of(known, [one, three])
    assert second > first
    each = known.rule("standing_of_each")
    assert first == 0.3 * each
    assert second == 0.2 * each**3


def test_what_speaks_against_or_hardly_or_was_denied_does_not_count() -> None:
    known = load()
    least = known.rule("speaks_for_least")
    silent = explained(
        "silent", 0.2, because("fatigue", least), because("pallor", -1.0), because("glossitis", 2.0, present=False)
    )
    assert places_of(known, [silent]) == [0.2]


def test_beside_a_result_that_stands_out_nothing_is_counted() -> None:
    known = load()
    outstanding = known.rule("result_stands_out")
    words = explained("words", 0.3, because("fatigue", 1.0), because("pallor", 1.0))
    shown = explained("shown", 0.4, because("low_folate", outstanding + 0.1, kind="lab"))
    assert places_of(known, [words, shown], naming=[2, 1]) == [0.3, 0.4]
    ordinary = explained("shown", 0.4, because("low_folate", outstanding - 0.1, kind="lab"))
    first, second = places_of(known, [words, ordinary])
    assert first > second


def test_what_is_named_lifts_even_where_something_else_explains_it() -> None:
    known = load()
    rare = explained("rare", 0.1, because("fatigue", 0.0), because("pallor", -0.2))
    other = explained("other", 0.12, because("fatigue", 0.0))
    assert places_of(known, [rare, other])[0] < places_of(known, [rare, other])[1]
    first, second = places_of(known, [rare, other], naming=[3, 1])
    assert first == 0.1 * known.rule("standing_of_named") ** 3
    assert first > second


def test_what_accounts_for_more_than_half_stands_first_by_that_alone() -> None:
    known = load()
    likely = explained("likely", known.rule("standing_first"), because("fatigue", 1.0))
    likelier = explained("likelier", known.rule("standing_first") + 0.1, because("fatigue", 0.0))
    many = explained("many", 0.4, *[because(f"f{k}", 1.0) for k in range(9)])
    first, second, third = places_of(known, [likely, likelier, many], naming=[1, 1, 9])
    assert second > first > third


def test_a_thing_counts_once_however_a_state_names_it() -> None:
    known = load()
    graph = builder_of(known, 0, 0).graph
    case = Case.from_mapping({"symptoms": ["fatigue"], "drugs": ["metformin"], "stated_negatives": ["no tingling"]})
    evidence = observe(case, known, low_intake={}, on=dt.date(2026, 11, 23), season=None)
    count = dict(zip(graph.order, named(graph, evidence.observations).tolist(), strict=True))
    assert count["vitamin_b12_deficiency"] == 2  # tiredness, and metformin as a factor, which is no finding
    assert count["hemifacial_spasm"] == 0
