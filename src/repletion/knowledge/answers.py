"""Questions that readers ask, and popular claims, each answered from claims; and the lint over both.

A sentence names the claims it rests on.  Its basis is no better than that of the weakest of them, and every number in
it must be one of theirs: a claim's value or interval (rounded as far as the sentence rounds it), or a number in its
population, definition or note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from repletion.knowledge import reader
from repletion.knowledge.base import DATA, Knowledge
from repletion.knowledge.models import BASES, Basis, Claim, Record
from repletion.knowledge.problems import Problem

Standing = Literal["supported", "partly", "not_shown", "untested"]

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+")
_FREQUENCY = re.compile(r"\bin (?:1,000,000|100,000|10,000|1,000|100)\b")  # the denominator of a natural frequency
_NAME = re.compile(r"\b[A-Za-z]+-?\d+\b|\b\d+-hydroxy\w+")  # B12, B6, 25-hydroxyvitamin: no numbers


class Statement(Record, frozen=True):
    """A sentence shown to people, with the claims that it rests on."""

    text: str
    source: str
    locator: str
    basis: Basis
    claims: tuple[str, ...] = ()


class Question(Record, frozen=True):
    """A question that readers ask.  ``short``: the answer in a sentence or two.  ``states``: pages to read on."""

    id: str
    order: int
    question: str
    short: str
    answer: tuple[Statement, ...]
    states: tuple[str, ...] = ()


class PopularClaim(Record, frozen=True):
    """What is often said, what studies found, and a careful verdict on the claim (never on a person)."""

    id: str
    order: int
    said: str
    found: tuple[Statement, ...]
    standing: Standing
    verdict: str
    states: tuple[str, ...] = ()


@cache
def questions(root: Path = DATA) -> tuple[Question, ...]:
    """Every question in its order.  Raises :class:`~repletion.errors.KnowledgeError`."""
    found = [reader.read_yaml(path, Question) for path in sorted((root / "questions").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda record: (record.order, record.id)))


@cache
def popular_claims(root: Path = DATA) -> tuple[PopularClaim, ...]:
    """Every popular claim in its order.  Raises :class:`~repletion.errors.KnowledgeError`."""
    found = [reader.read_yaml(path, PopularClaim) for path in sorted((root / "popular_claims").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda record: (record.order, record.id)))


def _numbers(text: str) -> list[str]:
    return [found.replace(",", "") for found in _NUMBER.findall(_NAME.sub("", _FREQUENCY.sub("", text)))]


def _stands_in(number: str, claim: Claim) -> bool:
    """Whether a number of a sentence is one of the claim's, rounded as the sentence rounds."""
    half = 0.5 * 10.0 ** -len(number.partition(".")[2]) + 1e-9
    values = [value for value in (claim.value, claim.low, claim.high) if value is not None]
    words = " ".join((claim.predictor.replace("_", " "), claim.population, claim.definition, claim.note))
    values += [float(found) for found in _numbers(words)]
    return any(abs(value - float(number)) <= half for value in values)


def statement_problems(knowledge: Knowledge, where: str, statement: Statement) -> Iterator[Problem]:
    """What is wrong with one sentence."""
    place = f"{where} “{statement.text[:30]}…”"
    if not statement.locator.strip() or statement.source not in knowledge.sources:
        yield Problem("error", place, "source and locator must both be given and known")
    claims = [knowledge.claims[name] for name in statement.claims if name in knowledge.claims]
    for name in statement.claims:
        if name not in knowledge.claims:
            yield Problem("error", place, f"there is no claim {name!r}")
    if not statement.claims and statement.basis != "assumed":
        yield Problem("error", place, "a sentence without claims is an assumption and says so")
    weakest = max((BASES.index(claim.basis) for claim in claims), default=0)
    if BASES.index(statement.basis) < weakest:
        yield Problem("error", place, f"rests on a claim that is {BASES[weakest]}, so it is no better than that")
    if claims and statement.source not in {claim.source for claim in claims}:
        yield Problem("error", place, f"{statement.source} is the source of none of its claims")
    for number in _numbers(statement.text):
        if not any(_stands_in(number, claim) for claim in claims):
            yield Problem("error", place, f"the number {number} stands in none of its claims")


def check_answers(knowledge: Knowledge, root: Path = DATA) -> list[Problem]:
    """Every problem of the questions and the popular claims."""
    found: list[Problem] = []
    for kind, records in (("questions", questions(root)), ("popular_claims", popular_claims(root))):
        orders: dict[int, str] = {}
        for record in records:
            where = f"{kind}/{record.id}"
            if (other := orders.setdefault(record.order, record.id)) != record.id:
                found.append(Problem("error", where, f"has the same order as {other}"))
            statements = record.answer if isinstance(record, Question) else record.found
            if not statements:
                found.append(Problem("error", where, "nothing is said"))
            for statement in statements:
                found += statement_problems(knowledge, where, statement)
            for name in record.states:
                if name not in knowledge.states:
                    found.append(Problem("error", where, f"there is no state {name!r}"))
    return found
