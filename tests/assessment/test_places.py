"""What accounts for the whole report stands before what accounts for one word of it, unless a result stands out."""

from __future__ import annotations

import datetime as dt

from by_reasons import counted, order_of, places_of

from repletion.assessment.model import Because, Explanation
from repletion.case import Case
from repletion.knowledge import load

DAY = dt.date(2026, 11, 23)


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
    count = counted(
        Case.from_mapping({"symptoms": ["fatigue"], "drugs": ["metformin"], "stated_negatives": ["no tingling"]}),
        load(),
        DAY,
    )
    assert count["vitamin_b12_deficiency"] == 2  # tiredness, and metformin as a factor, which is no finding
    assert count["hemifacial_spasm"] == 0


def test_where_studies_found_no_difference_nothing_is_named() -> None:
    count = counted(Case.from_mapping({"symptoms": ["eyelid twitching"]}), load(), DAY)
    assert count["benign_eyelid_myokymia"] == 1
    assert [count[name] for name in ("hypomagnesemia", "vitamin_d_deficiency", "iron_deficiency")] == [0, 0, 0]


def test_what_wards_a_lack_off_does_not_name_it() -> None:
    count = counted(Case.from_mapping({"symptoms": ["fatigue"], "drugs": ["vitamin B12 1000 ug daily"]}), load(), DAY)
    assert count["vitamin_b12_deficiency"] == 1


def test_below_one_half_two_orders_count_together() -> None:
    """Four explanations: the last by probability names most, and passes one that names nothing."""
    known = load()
    share = known.rule("standing_of_count")
    found = [explained(name, p) for name, p in (("a", 0.4), ("b", 0.2), ("c", 0.19), ("d", 0.08))]
    assert order_of(known, found, [1, 1, 1, 1]) == [0, 1, 2, 3]
    more = known.rule("standing_places_more")
    assert 1 / (more + 4) + share / (more + 1) > 1 / (more + 3) + share / (more + 4)
    lift = [2, 1, 0, 3]  # lifted by three names 0.08 is still the last by weight
    assert min(places_of(known, found, lift)) == places_of(known, found, lift)[3]
    assert order_of(known, found, lift) == [0, 1, 3, 2]


def test_more_than_half_stands_first_whatever_others_name() -> None:
    known = load()
    likely = explained("likely", known.rule("standing_first") + 0.01)
    many = explained("many", 0.3)
    assert order_of(known, [likely, many], [0, 9]) == [0, 1]
