"""One explanation of an answer: what moved it, by which claims, from which sources."""

from __future__ import annotations

import difflib

import msgspec

from repletion.assessment.model import Assessment, Citation, ClaimView, Explanation, Versions
from repletion.report.claims import claim_value
from repletion.report.items import item_of
from repletion.report.json import to_json
from repletion.report.numbers import percent
from repletion.report.text import Page, show_item
from repletion.report.wording import say


class SingleExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation with the claims and sources that it rests on."""

    schema: str = "repletion.explanation/1"
    explanation: Explanation
    claims: tuple[ClaimView, ...]
    citations: tuple[Citation, ...]
    versions: Versions
    fingerprint: str


class Listed(msgspec.Struct, frozen=True):
    """An id to choose from."""

    id: str
    label: str
    probability: float


def single(assessment: Assessment, name: str) -> SingleExplanation:
    """The explanation ``name``, which must be one of the answer's."""
    found = next(e for e in assessment.explanations if e.id == name)
    used = {*found.prior_claims, *(claim for because in found.because for claim in because.claims)}
    claims = tuple(claim for claim in assessment.claims if claim.id in used)
    remarks = [r for r in (*found.remarks, *found.safety, found.treatment, found.time_course) if r is not None]
    sources = {claim.source for claim in claims} | {remark.source for remark in remarks}
    return SingleExplanation(
        explanation=found,
        claims=claims,
        citations=tuple(
            msgspec.structs.replace(source, claims=tuple(c for c in source.claims if c in used))
            for source in assessment.citations
            if source.id in sources
        ),
        versions=assessment.versions,
        fingerprint=assessment.fingerprint,
    )


def nearest_ids(assessment: Assessment, name: str) -> str:
    """The nearest ids as the end of a sentence, or nothing."""
    labels = {label: e.id for e in assessment.explanations for label in (e.id, e.label.lower(), e.lay.lower())}
    near = dict.fromkeys(labels[found] for found in difflib.get_close_matches(name.lower(), labels, n=4, cutoff=0.5))
    return say("cli.nearest", names=", ".join(near)) if near else ""


def list_explanations(assessment: Assessment, *, form: str) -> str:
    """Every id with its probability, as text or JSON."""
    if form == "json":
        return to_json([Listed(e.id, e.label, e.probability) for e in assessment.explanations])
    page = Page()
    page.line(say("cli.choose"))
    page.line()
    page.table(
        [
            (say("columns.states.probability"), True),
            (say("columns.states.id"), False),
            (say("columns.because.reason"), False),
        ],
        [[percent(e.probability), e.id, e.label] for e in assessment.explanations],
    )
    return page.text()


def render_explanation(
    assessment: Assessment, name: str, *, form: str = "text", color: bool = False, width: int | None = None
) -> str:
    """One explanation as text or JSON.  ``name`` must be one of the answer's ids."""
    found = single(assessment, name)
    if form == "json":
        return to_json(found)
    page = Page(color=color, width=width)
    page.line(f"{say('draft')}.")
    assumed = frozenset(claim.id for claim in found.claims if claim.basis == "assumed")
    show_item(page, item_of(found.explanation, "clinician", assumed), is_patient=False)
    page.line(say("explanation.weighed_note"), indent=3)
    page.heading(say("section.claims"))
    page.line(say("assumed_note"))
    for claim in found.claims:
        page.point(
            f"{say('know.claim', statement=claim.statement, value=claim_value(claim))}; "
            f"{say('know.population', population=claim.population)}; {say('know.definition', text=claim.definition)}; "
            f"{say(f'know.basis.{claim.basis}')} [{claim.source}, {claim.locator}]",
            mark=f"{claim.id}:",
        )
    page.heading(say("section.sources"))
    for source in found.citations:
        page.point(f"{source.citation}. {source.link or ''}", mark=f"{source.id}:")
    if found.claims:
        page.line()
        page.line(say("know.follow", id=found.claims[0].id))
    return page.text()
