"""How a page ends: the claims that it rests on, and their sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from repletion.assessment.model import Citation, ClaimView
from repletion.handbook.document import Anchored, Line, Section, Span, plain, said
from repletion.report.claims import claim_value
from repletion.report.items import sentence_case
from repletion.report.wording import say


def claim_line(claim: ClaimView) -> Line:
    """A claim in full: what it measures, the number, in whom, by which definition, on which basis, from where."""
    is_assumed = claim.basis == "assumed"
    words = say("know.claim", statement=sentence_case(claim.statement), value=claim_value(claim))
    people = say("know.population", population=claim.population)
    basis = "" if is_assumed else f"; {say(f'know.basis.{claim.basis}')}"
    return (
        Span(words, assumed=is_assumed),
        Span(f"; {people}; {say('know.definition', text=claim.definition)}{basis} ["),
        Span(claim.source, to=f"source:{claim.source}"),
        Span(f", {claim.locator}]"),
    )


def claims_section(claims: Iterable[ClaimView]) -> Section:
    """The claims in full."""
    entries = tuple((f"claim:{claim.id}", claim_line(claim)) for claim in claims)
    return Section(say("section.claims"), (said(say("know.intro")), Anchored(entries)))


def sources_section(citations: Iterable[Citation], cited: Collection[str] | None = None) -> Section:
    """The sources; ``cited`` narrows them."""
    entries = []
    for source in citations:
        if cited is not None and source.id not in cited:
            continue
        line = plain(f"{source.citation.rstrip('.')}. ")
        if source.link:
            line = (*line, Span(source.link, to=source.link))
        entries.append((f"source:{source.id}", line))
    return Section(say("section.sources"), (Anchored(tuple(entries)),))
