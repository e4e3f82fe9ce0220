"""The first look at open answers: what is best when everything is scored in full is among what it chooses."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from repletion.assessment import next_steps
from repletion.assessment.choosing import greedy
from repletion.assessment.model import Next
from repletion.assessment.reasoning import builder_of
from repletion.assessment.screening import told_by_factors, told_by_findings
from repletion.assessment.stations import assess
from repletion.case import Case
from repletion.case.model import Person
from repletion.inference import QuestionValues, fast, sweep
from repletion.knowledge import load

needs_numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason='needs the extra "fast"')


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


@pytest.fixture
def in_turn() -> Iterator[Callable[[Callable[[], Any]], tuple[Any, Any]]]:
    """What numpy finds, and what compiled code finds."""
    before = sweep.engine.compiled is not None

    def both(ask: Callable[[], Any]) -> tuple[Any, Any]:
        fast.use_numpy()
        slow = ask()
        assert fast.use_compiled()
        return slow, ask()

    yield both
    fast.use_numpy()
    if before:
        fast.use_compiled()


@needs_numba
@pytest.mark.parametrize("person", [Person(age=34, sex="female"), Person(age=71, sex="male")])
def test_the_first_look_is_the_same_compiled(in_turn: Any, person: Person) -> None:
    builder = builder_of(load(), 0, 1)
    links, moves = builder.links(person, "winter"), builder.moves(person, "winter")
    network = builder.build(person, season="winter", known={}).network
    dice = np.random.default_rng(person.age)
    p = dice.uniform(0, 1, len(network.states)) ** 4
    p[:3] = 0.0, 1.0, 1e-9
    weights = dice.choice([0.0, 0.4, 1.0], len(p))
    for ask in (lambda: told_by_findings(links, p, weights), lambda: told_by_factors(network, moves, p, weights)):
        slow, quick = in_turn(ask)
        assert slow.max() > 0.01
        np.testing.assert_allclose(quick, slow, rtol=1e-9, atol=1e-12)


@needs_numba
@pytest.mark.parametrize("seed", range(8))
def test_the_choice_is_the_same_compiled(in_turn: Any, seed: int) -> None:
    dice = np.random.default_rng(seed)
    entropy, weights = dice.uniform(0, 1, 9), dice.uniform(0, 1, 9)
    gain = entropy * dice.uniform(0, 1, (14, 9)) ** 3
    gain[5] = gain[6]  # what ties keeps the order given
    values = QuestionValues(
        names=tuple("abcdefghijklmn"), gain=gain, score=gain @ weights - dice.uniform(0, 0.4, 14), weigh=list
    )
    groups = [[0], [1, 2, 3], [4], [5, 6, 7, 8], [9, 10], [11], [12, 13]][: 7 if seed else 0]
    for least in (0.0, 0.5):
        slow, quick = in_turn(lambda least=least: greedy(values, groups, weights, entropy, 5, least))
        assert [one.members for one in quick] == [one.members for one in slow]
        assert [one.score for one in quick] == pytest.approx([one.score for one in slow], abs=1e-12)
        assert len(slow) >= 2 or not groups
