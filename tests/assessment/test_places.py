"""What accounts for the whole report stands before what accounts for one word of it, unless a result stands out."""

from __future__ import annotations

from repletion.assessment.explanations import places
from repletion.assessment.model import Because, Explanation
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
    first, second = places(known, [one, three])
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
    assert places(known, [silent]) == [0.2]


def test_beside_a_result_that_stands_out_nothing_is_counted() -> None:
    known = load()
    outstanding = known.rule("result_stands_out")
    words = explained("words", 0.3, because("fatigue", 1.0), because("pallor", 1.0))
    shown = explained("shown", 0.5, because("low_folate", outstanding + 0.1, kind="lab"))
    assert places(known, [words, shown]) == [0.3, 0.5]
    ordinary = explained("shown", 0.5, because("low_folate", outstanding - 0.1, kind="lab"))
    assert places(known, [words, ordinary])[0] > 0.5
