"""On which numbers answers depend: which to look up next, and on which basis the weight rests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from repletion.assessment.cite import statement
from repletion.assessment.dependence import Dependence, Rests
from repletion.knowledge.models import BASES
from repletion.report.claims import claim_value
from repletion.report.json import to_json
from repletion.report.numbers import percent
from repletion.report.text import Page
from repletion.report.wording import display, say

if TYPE_CHECKING:
    from repletion.knowledge import Knowledge
    from repletion.knowledge.models import Basis


class Pooled(msgspec.Struct, frozen=True, kw_only=True):
    """Several answers together: weights added, swings averaged over all of them; assumed claims first."""

    schema: str = "repletion.lookup_next/1"
    answers: int
    share: dict[Basis, float]
    claims: tuple[Dependence, ...]


def pool(found: Sequence[Rests]) -> Pooled:
    """Answers pooled: every answer counts with all of its weight."""
    weight = {basis: sum(rests.weight[basis] for rests in found) for basis in BASES}
    whole = sum(weight.values())
    by_claim: dict[str, list[Dependence]] = {}
    for rests in found:
        for entry in rests.claims:
            by_claim.setdefault(entry.claim, []).append(entry)
    claims = [
        Dependence(
            claim=name,
            basis=entries[0].basis,
            swing=sum(entry.swing for entry in entries) / len(found),
            weight=sum(entry.weight for entry in entries) / len(found),
            most=max(entries, key=lambda entry: entry.swing).most,
        )
        for name, entries in by_claim.items()
    ]
    claims.sort(key=lambda entry: (entry.basis != "assumed", -entry.swing, entry.claim))
    share = {basis: value / whole for basis, value in weight.items()} if whole else {}
    return Pooled(answers=len(found), share=share, claims=tuple(claims))


def render_dependence(knowledge: Knowledge, found: Sequence[Rests], *, form: str = "text") -> str:
    """The pooled answers as text, cut to a readable length, or as JSON, whole."""
    pooled = pool(found)
    if form == "json":
        return to_json(pooled)
    page = Page()
    page.line(say("dependence.title"), style="bold")
    if not pooled.share:
        page.line(say("dependence.nothing"))
        return page.text()
    shares = ", ".join(f"{percent(pooled.share[basis])} {say(f'dependence.basis.{basis}')}" for basis in BASES)
    page.line(say("dependence.rests", n=pooled.answers, shares=shares))
    page.line(say("dependence.note"))
    for heading, is_assumed in (("assumed", True), ("others", False)):
        page.heading(say(f"dependence.{heading}"))
        rows = [
            [
                f"{entry.swing:.3f}",
                entry.claim,
                f"{statement(knowledge.claims[entry.claim])}: {claim_value(knowledge.claims[entry.claim])}",
                entry.most,
            ]
            for entry in pooled.claims
            if (entry.basis == "assumed") is is_assumed
        ][: display().most_looked_up]
        columns = [(say(f"dependence.columns.{name}"), name == "swing") for name in ("swing", "claim", "what", "most")]
        page.table(columns, rows)
    return page.text()
