"""Questions answered and popular claims weighed, as pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from repletion.assessment.cite import cite
from repletion.handbook.closing import claims_section, sources_section
from repletion.handbook.document import Block, Document, Grid, Line, Paragraph, Points, Section, Span, joined, said
from repletion.knowledge import Knowledge
from repletion.knowledge.answers import PopularClaim, Question, Statement
from repletion.report import Reader
from repletion.report.items import sentence_case
from repletion.report.wording import say


def _line(statement: Statement, *, with_claims: bool) -> Line:
    words = (Span(statement.text, assumed=statement.basis == "assumed"),)
    if not with_claims or not statement.claims:
        return words
    return (*words, Span(" ["), *joined([(Span(name, to=f"claim:{name}"),) for name in statement.claims]), Span("]"))


def _read_on(knowledge: Knowledge, names: Sequence[str], *, is_patient: bool) -> list[Block]:
    if not names:
        return []
    states = [knowledge.states[name] for name in names]
    words = [(Span(sentence_case(s.lay if is_patient else s.label), to=f"state:{s.id}"),) for s in states]
    return [Paragraph((Span(say("handbook.read_on")), Span(" "), *joined(words, " · "), Span(".")))]


def _closing(knowledge: Knowledge, statements: Iterable[Statement], *, with_claims: bool) -> list[Section]:
    """The claims in full and their sources; without the claims for somebody who does not follow them."""
    found = list(statements)
    claims, citations = cite(
        knowledge, [name for s in found for name in s.claims], [s.source for s in found if s.claims]
    )
    return [*([claims_section(claims)] if with_claims else []), sources_section(citations)]


def _lead(note: str) -> tuple[Block, ...]:
    return (said(f"{say('draft')}. {note} {say('handbook.mark_note')}"),)


def question_blocks(knowledge: Knowledge, question: Question, reader: Reader) -> tuple[Block, ...]:
    """One answer: in short, then point by point."""
    is_patient = reader == "patient"
    return (
        Paragraph((Span(question.short, strong=True),)),
        Points(tuple(_line(statement, with_claims=not is_patient) for statement in question.answer)),
        *_read_on(knowledge, question.states, is_patient=is_patient),
    )


def questions_document(knowledge: Knowledge, questions: Sequence[Question], reader: Reader) -> Document:
    """Every question with its answer."""
    sections = [Section(q.question, question_blocks(knowledge, q, reader)) for q in questions]
    statements = [statement for q in questions for statement in q.answer]
    return Document(
        title=say("handbook.questions_title"),
        lead=_lead(say("handbook.questions_note")),
        sections=(*sections, *_closing(knowledge, statements, with_claims=reader != "patient")),
    )


def popular_claims_document(knowledge: Knowledge, claims: Sequence[PopularClaim], reader: Reader) -> Document:
    """A table of what is said and how it stands, then each claim with what was found."""
    is_patient = reader == "patient"
    header = tuple(say(f"handbook.column.{name}") for name in ("said", "standing", "verdict"))
    rows = tuple(
        (
            (Span(claim.said),),
            (Span(sentence_case(say(f"handbook.standing.{claim.standing}")), strong=True),),
            (Span(claim.verdict),),
        )
        for claim in claims
    )
    sections = [
        Section(
            claim.said,
            (
                Paragraph(
                    (
                        Span(sentence_case(say(f"handbook.standing.{claim.standing}")), strong=True),
                        Span(f". {claim.verdict}"),
                    )
                ),
                Points(tuple(_line(statement, with_claims=not is_patient) for statement in claim.found)),
                *_read_on(knowledge, claim.states, is_patient=is_patient),
            ),
        )
        for claim in claims
    ]
    statements = [statement for claim in claims for statement in claim.found]
    return Document(
        title=say("handbook.claims_title"),
        lead=(*_lead(say("handbook.claims_note")), Grid(header, rows)),
        sections=(*sections, *_closing(knowledge, statements, with_claims=not is_patient)),
    )
