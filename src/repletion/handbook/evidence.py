"""On what the knowledge rests: claims counted by basis, by measure and by subject, and the same weighted by use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from repletion.handbook.document import Document, Grid, Line, Section, plain, said
from repletion.knowledge import Knowledge
from repletion.knowledge.models import BASES, Basis, Claim, Condition
from repletion.report.items import sentence_case
from repletion.report.numbers import percent
from repletion.report.wording import display, say

SCHEMA = "repletion.evidence/1"


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Claims of one kind (``name``) by basis: all of them, those in use, and the places that use them."""

    name: str
    claims: dict[Basis, int]
    used: dict[Basis, int]
    uses: dict[Basis, int]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one knowledge base.

    A *use* is one place of the network, the tests or the red flags that names a claim as the one chosen; claims kept
    beside the chosen one are not in use.
    """

    schema: str = SCHEMA
    knowledge: str
    total: Count
    measures: tuple[Count, ...]
    subjects: tuple[Count, ...]


def _limits(condition: Condition) -> Iterator[str]:
    yield from (name for name in (condition.below, condition.above) if name is not None)
    for nested in (*condition.any_of, *condition.all_of, *condition.none_of):
        yield from _limits(nested)


def uses(knowledge: Knowledge) -> Counter[str]:
    """How many places choose each claim."""
    found: Counter[str] = Counter()
    for state in knowledge.states.values():
        found.update(rate.claim for rate in state.prior)
        found.update(link.claim for link in (*state.raised_by, *state.caused_by, *state.findings))
        found.update([state.duration.claim] if state.duration else [])
    for finding in knowledge.findings.values():
        found.update(rate.claim for rate in finding.background)
        found.update(link.claim for link in finding.raised_by)
    for factor in knowledge.factors.values():
        found.update(rate.claim for rate in factor.prevalence)
    for test in knowledge.tests.values():
        found.update(limit.claim for limit in test.limits)
        found.update(test.variation)
    for flag in knowledge.red_flags.values():
        found.update(_limits(flag.when))
    return found


def _count(name: str, claims: list[Claim], used: Counter[str]) -> Count:
    return Count(
        name=name,
        claims={basis: sum(c.basis == basis for c in claims) for basis in BASES},
        used={basis: sum(c.basis == basis and used[c.id] > 0 for c in claims) for basis in BASES},
        uses={basis: sum(used[c.id] for c in claims if c.basis == basis) for basis in BASES},
    )


def _by(knowledge: Knowledge, key: Callable[[Claim], str], used: Counter[str]) -> tuple[Count, ...]:
    groups: dict[str, list[Claim]] = {}
    for claim in knowledge.claims.values():
        groups.setdefault(key(claim), []).append(claim)
    counts = [_count(name, claims, used) for name, claims in groups.items()]
    return tuple(sorted(counts, key=lambda c: (-sum(c.uses.values()), -sum(c.claims.values()), c.name)))


def evidence_of(knowledge: Knowledge) -> Evidence:
    """The counts of a knowledge base, most used first."""
    used = uses(knowledge)
    return Evidence(
        knowledge=knowledge.version,
        total=_count("all", list(knowledge.claims.values()), used),
        measures=_by(knowledge, lambda claim: claim.measure, used),
        subjects=_by(knowledge, lambda claim: claim.subject, used),
    )


def _cell(counts: dict[Basis, int], basis: Basis) -> Line:
    whole = sum(counts.values())
    share = f" ({percent(counts[basis] / whole)})" if whole and counts[basis] else ""
    return plain(f"{counts[basis]:,}{share}")


def _rows(counts: tuple[Count, ...]) -> Grid:
    header = ("", *(say(f"handbook.column.{name}") for name in ("claims", "uses")), *map(_basis_name, BASES))
    rows = tuple(
        (
            plain(sentence_case(count.name.replace("_", " "))),
            plain(f"{sum(count.claims.values()):,}"),
            plain(f"{sum(count.uses.values()):,}"),
            *(_cell(count.uses, basis) for basis in BASES),
        )
        for count in counts
    )
    return Grid(header, rows)


def _basis_name(basis: Basis) -> str:
    return say(f"handbook.column.{basis}")


def evidence_document(found: Evidence, *, most: int | None = None) -> Document:
    """The counts as a page.  ``most``: subjects named; by default as ``display.yaml`` says."""
    most = most or display().most_subjects
    kinds = (("claims", found.total.claims), ("in_use", found.total.used), ("uses", found.total.uses))
    overall = Grid(
        ("", say("handbook.column.all"), *map(_basis_name, BASES)),
        tuple(
            (
                plain(say(f"handbook.evidence.{name}")),
                plain(f"{sum(counts.values()):,}"),
                *(_cell(counts, basis) for basis in BASES),
            )
            for name, counts in kinds
        ),
    )
    in_use = tuple(count for count in found.subjects if sum(count.uses.values()))
    return Document(
        title=say("handbook.evidence.title"),
        subtitle=say("handbook.evidence.subtitle", knowledge=found.knowledge),
        lead=(said(say("handbook.evidence.note")),),
        sections=(
            Section(say("handbook.evidence.overall"), (overall,)),
            Section(say("handbook.evidence.by_measure"), (_rows(found.measures),)),
            Section(
                say("handbook.evidence.by_subject"),
                (
                    said(say("handbook.evidence.subjects", n=min(most, len(in_use)), of=len(in_use))),
                    _rows(in_use[:most]),
                ),
            ),
        ),
    )
