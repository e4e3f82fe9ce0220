"""Questions and popular claims rest on claims: the lint catches what does not."""

from __future__ import annotations

import msgspec
import pytest

from repletion.knowledge import load
from repletion.knowledge.answers import Statement, check_answers, popular_claims, questions, statement_problems

KNOWN = load()
GOOD = next(q for q in questions() if q.id == "low_magnesium").answer[0]


def problems(**changes: object) -> list[str]:
    changed: Statement = msgspec.structs.replace(GOOD, **changes)
    return [problem.message for problem in statement_problems(KNOWN, "questions/x", changed)]


def test_the_shipped_answers_are_clean() -> None:
    assert check_answers(KNOWN) == []
    assert len(questions()) >= 11 and len(popular_claims()) >= 9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "Magnesium was 17 % lower."}, "the number 17 stands in none"),
        ({"claims": ("NO-SUCH",)}, "no claim"),
        ({"claims": ()}, "without claims is an assumption"),
        ({"claims": ("LAB-116",), "basis": "read"}, "no better than that"),
        ({"source": "working-assumption"}, "source of none of its claims"),
        ({"source": "nobody-1900"}, "must both be given"),
    ],
)
def test_the_lint_catches(changes: dict[str, object], message: str) -> None:
    assert any(message in found for found in problems(**changes)), problems(**changes)


def test_numbers_may_be_rounded_but_not_bent() -> None:
    claims = {"claims": ("RISK-035",), "source": "rodenburg-2014", "basis": "read"}  # 11.18, 8.95 to 13.96
    assert not problems(text="About 11 times as often among 13,328 people.", **claims)
    assert problems(text="About 12 times as often.", **claims)


@pytest.mark.parametrize(
    "topic",
    [
        "deficiency",
        "calcium",
        "b12",
        "potassium",
        "food",
        "else causes",
        "dehydration",
        "caffeine",
        "doctor",
        "how long",
        "blood tests",
    ],
)
def test_the_questions_of_the_readers_are_there(topic: str) -> None:
    assert any(topic in question.question.lower() for question in questions())
