"""The first look at open answers: what is best when everything is scored in full is among what it chooses."""

from __future__ import annotations

import datetime as dt

import pytest

from repletion.assessment import next_steps
from repletion.assessment.model import Next
from repletion.assessment.stations import assess
from repletion.case import Case


def suggested(case: Case) -> Next:
    return assess(case, on=dt.date(2026, 11, 27)).next


@pytest.mark.parametrize(
    "words",
    [
        "my eyelid has been twitching for 3 weeks",
        "vegetarian, tired, pale",
        "three beers a day for years, unsteady, double vision and confused since yesterday",
    ],
)
def test_the_best_of_everything_is_chosen(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.from_mapping({"text": words, "person": {"age": 47, "sex": "male"}})
    chosen = suggested(case)
    for name in ("_ASKED", "_FACTORS", "_ORDERS"):
        monkeypatch.setattr(next_steps, name, 10_000)
    best = suggested(case)
    assert chosen.questions[0].id == best.questions[0].id
    assert chosen.questions[0].gain == pytest.approx(best.questions[0].gain, abs=1e-9)
    assert [t.tests for t in chosen.tests] == [t.tests for t in best.tests]
    assert sum(q.gain for q in chosen.questions) >= 0.97 * sum(q.gain for q in best.questions)
