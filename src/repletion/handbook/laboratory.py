"""The page of a test: what it settles, units, limits, pitfalls."""

from __future__ import annotations

from repletion.assessment.cite import cite
from repletion.handbook.care import test_page
from repletion.handbook.closing import claims_section, sources_section
from repletion.handbook.document import (
    Block,
    Document,
    Grid,
    Line,
    Paragraph,
    Points,
    Section,
    Span,
    joined,
    plain,
    said,
)
from repletion.handbook.facts import finding_name
from repletion.handbook.model import Range, TestPage
from repletion.knowledge import Knowledge
from repletion.report.items import in_sentence, sentence_case
from repletion.report.numbers import amount
from repletion.report.wording import say


def _range(span: Range, unit: str) -> str:
    if span.low is None:
        return say("handbook.test.up_to", high=amount(span.high), unit=unit)
    if span.high is None:
        return say("handbook.test.from", low=amount(span.low), unit=unit)
    return say("handbook.test.between", low=amount(span.low), high=amount(span.high), unit=unit)


def _limits(knowledge: Knowledge, test: TestPage, *, is_patient: bool) -> list[Block]:
    rows = []
    for entry in test.limits:
        bound = say(f"handbook.test.{entry.side}", value=amount(entry.figure.value), unit=test.unit)
        cited: Line = (
            () if is_patient else (Span(" ["), Span(entry.figure.claim, to=f"claim:{entry.figure.claim}"), Span("]"))
        )
        meaning = in_sentence(finding_name(knowledge.findings[entry.finding]))
        rows.append(((Span(sentence_case(bound), assumed=entry.figure.assumed), *cited), plain(meaning)))
    for key, ranges in (("reference", test.reference), ("critical", test.critical)):
        for span in ranges:
            words = say(f"handbook.test.{key}", who=span.who)
            rows.append(((Span(sentence_case(_range(span, test.unit)), assumed=span.assumed),), plain(words)))
    header = (say("handbook.column.value"), say("handbook.column.meaning"))
    return [Grid(header, tuple(rows))] if rows else []


def test_blocks(knowledge: Knowledge, test: TestPage, *, is_patient: bool) -> list[Block]:
    """A test as part of another page."""
    name = sentence_case(test.lay if is_patient else test.label)
    head: Line = (Span(name, to=f"test:{test.id}", strong=True),)
    if test.loinc and not is_patient:
        head = (*head, Span(f" (LOINC {', '.join(test.loinc)})"))
    found: list[Block] = [Paragraph(head)]
    if test.settles:
        states = joined([(Span(_state_name(knowledge, s, is_patient), to=f"state:{s}"),) for s in test.settles])
        found.append(Paragraph((Span(say("handbook.test.settles")), Span(" "), *states, Span("."))))
    found += _limits(knowledge, test, is_patient=is_patient)
    if test.units and not is_patient:
        units = ", ".join(
            say("handbook.test.unit", other=other, value=amount(factor), unit=test.unit) for other, factor in test.units
        )
        found.append(said(say("handbook.test.units", units=units)))
    if test.caveats:
        items = []
        for caveat in test.caveats:
            where: Line = (
                ()
                if is_patient
                else (Span(" ["), Span(caveat.source, to=f"source:{caveat.source}"), Span(f", {caveat.locator}]"))
            )
            items.append((Span(caveat.text, assumed=caveat.assumed), *where))
        found.append(Points(tuple(items)))
    return found


def _state_name(knowledge: Knowledge, name: str, is_patient: bool) -> str:
    state = knowledge.states[name]
    return state.lay if is_patient else in_sentence(state.label)


def test_document(knowledge: Knowledge, name: str) -> Document:
    """The page of one test, with everything known about it.  Raises :class:`~repletion.errors.UnknownName`."""
    test = test_page(knowledge, knowledge.get("tests", name))
    blocks = test_blocks(knowledge, test, is_patient=False)
    users = [s for s in knowledge.states.values() if name in s.tests and s.kind != "latent"]
    sections = [Section(say("handbook.section.test"), tuple(blocks[1:]))]
    if users:
        items = tuple((Span(sentence_case(s.label), to=f"state:{s.id}"),) for s in users)
        sections.append(Section(say("handbook.section.asked_for"), (Points(items),)))
    sources = {caveat.source for caveat in test.caveats}
    sources |= {span.source for span in (*test.reference, *test.critical)}
    claims, citations = cite(knowledge, [bound.figure.claim for bound in test.limits], sources)
    if claims:
        sections.append(claims_section(claims))
    sections.append(sources_section(citations))
    return Document(
        title=test.label,
        subtitle="" if test.lay.casefold() == test.label.casefold() else sentence_case(test.lay),
        where=f"test:{test.id}",
        lead=(said(f"{say('draft')}. {say('handbook.mark_note')}"),),
        sections=tuple(sections),
    )
