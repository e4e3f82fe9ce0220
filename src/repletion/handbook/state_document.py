"""The page of a state for one reader: which of its facts are said, and in which words."""

from __future__ import annotations

from repletion.assessment.model import FoodSource, Remark
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
    lines_of,
    plain,
    said,
)
from repletion.handbook.facts import finding_name, natural, precise, share_of
from repletion.handbook.laboratory import test_blocks
from repletion.handbook.model import Figure, Risk, Sign, StatePage
from repletion.knowledge import Knowledge
from repletion.report import Reader
from repletion.report.diet import unit_in_words
from repletion.report.items import in_sentence, sentence_case
from repletion.report.numbers import amount
from repletion.report.wording import display, say


class _Writer:
    """Turns the facts of one state into sections for one reader."""

    def __init__(self, knowledge: Knowledge, page: StatePage, reader: Reader) -> None:
        self.knowledge = knowledge
        self.page = page
        self.is_patient = reader == "patient"
        self.reader = reader

    # -- pieces ------------------------------------------------------------------------------------------------

    def cited(self, *names: str) -> Line:
        """Claim ids in brackets, for those who follow them."""
        if self.is_patient or not names:
            return ()
        return (Span(" ["), *joined([(Span(name, to=f"claim:{name}"),) for name in names]), Span("]"))

    def remark(self, found: Remark) -> Line:
        """A sentence with where it comes from."""
        spans = (Span(found.text, assumed=found.assumed),)
        if self.is_patient:
            return spans
        return (*spans, Span(" ["), Span(found.source, to=f"source:{found.source}"), Span(f", {found.locator}]"))

    def share(self, found: Figure, of: int | None = None) -> Line:
        """A share for this reader: a natural frequency, or percent with its interval and claim."""
        if self.is_patient:
            return (Span(natural(found.value or 0.0, of), assumed=found.assumed),)
        return (Span(precise(found), assumed=found.assumed), *self.cited(found.claim))

    def finding(self, name: str) -> str:
        """What a finding is called in a sentence."""
        return in_sentence(finding_name(self.knowledge.findings[name]))

    def state(self, name: str) -> Line:
        """A state by its name, leading to its page."""
        record = self.knowledge.states[name]
        words = record.lay if self.is_patient else record.label
        return (Span(sentence_case(words), to=f"state:{name}"),)

    # -- sections ----------------------------------------------------------------------------------------------

    def what(self) -> list[Block]:
        """What it is."""
        page = self.page
        blocks: list[Block] = [said(page.summary), said(say("handbook.meant", text=page.definition))]
        if page.requires:
            blocks.append(Paragraph((Span(say("handbook.level_of")), Span(" "), *self.state(page.requires), Span("."))))
        if page.levels:
            levels = joined([self.state(name) for name in page.levels])
            blocks.append(Paragraph((Span(say("handbook.has_levels")), Span(" "), *levels, Span("."))))
        if page.remarks:
            blocks.append(Points(tuple(self.remark(text) for text in page.remarks)))
        return blocks

    def mechanism(self) -> list[Block]:
        """How it brings its findings about; nothing where no source is on record."""
        return [Paragraph(self.remark(self.page.mechanism))] if self.page.mechanism else []

    def common(self) -> list[Block]:
        """How common it is."""
        header = (say("handbook.column.who"), say("handbook.column.have_it"), say("handbook.column.studied"))
        rows = tuple(
            (plain(sentence_case(entry.who)), self.share(entry.figure), plain(entry.figure.population))
            for entry in self.page.common
        )
        return [said(say("handbook.common_note")), Grid(header, rows)]

    def _risk_size(self, risk: Risk) -> Line:
        found = risk.figure
        if risk.kind == "share":
            return (*self.share(found), Span(say("handbook.risk.of_them")))
        if risk.kind == "direction":
            return (Span(say("handbook.risk.no_size"), assumed=found.assumed), *self.cited(found.claim))
        odds = f"{amount(found.value)}"
        if found.low is not None and found.high is not None and not self.is_patient:
            odds = say("know.range", value=odds, low=amount(found.low), high=amount(found.high), unit="").strip()
        size = Span(say(f"handbook.risk.{risk.kind}", ratio=odds), assumed=found.assumed)
        return (size, *self.cited(found.claim))

    def risks(self) -> list[Block]:
        """Who is at risk, the strongest first."""
        found: list[Block] = [said(say("handbook.risk.note"))] if self.page.risks else []
        for sign, key in ((1, "raises"), (-1, "lowers"), (0, "neither")):
            rows = []
            for risk in self.page.risks:
                if (risk.odds > 1) - (risk.odds < 1) != sign:
                    continue
                source: Line = (Span(risk.figure.source, to=f"source:{risk.figure.source}"),)
                if risk.figure.assumed:
                    source = plain(say("handbook.no_study"))
                rows.append(
                    (plain(sentence_case(risk.label)), self._risk_size(risk), plain(risk.figure.population), source)
                )
            if rows:
                columns = ("factor", "size", "studied", "source")
                found += [
                    said(say(f"handbook.risk.{key}")),
                    Grid(tuple(say(f"handbook.column.{name}") for name in columns), tuple(rows)),
                ]
        if self.page.causes:
            found.append(said(say("handbook.causes")))
            found.append(
                Points(
                    tuple(
                        (*self.state(c.state), Span(": "), *self.share(c.figure), Span(say("handbook.risk.of_them")))
                        for c in self.page.causes
                    )
                )
            )
        return found

    def _sign_row(self, sign: Sign) -> tuple[Line, ...]:
        smallest = min(sign.share, sign.background.value or sign.share)
        of = next((d for d in display().row_denominators if smallest * d >= 1), display().row_denominators[-1])
        name = plain(sentence_case(sign.label))
        background = self.share(sign.background, of)
        if sign.figure.unit != "share":
            is_assumed = sign.figure.assumed or sign.background.assumed  # the share is a ratio times the background
            mine: Line = (Span(natural(sign.share, of), assumed=is_assumed), *self.cited(sign.figure.claim))
        else:
            mine = self.share(sign.figure, of)
        least = next((word for odds, word in display().strength if sign.ratio >= odds), "less")
        return name, mine, background, plain(say(f"handbook.telling.{least}"))

    def signs(self) -> list[Block]:
        """Signs and symptoms with the background beside them."""
        found: list[Block] = [said(say("handbook.signs_note"))]
        header = tuple(say(f"handbook.column.{name}") for name in ("finding", "with_it", "anybody", "telling"))
        felt = tuple(self._sign_row(sign) for sign in self.page.signs if sign.kind != "lab")
        lab = tuple(self._sign_row(sign) for sign in self.page.signs if sign.kind == "lab")
        if felt:
            found.append(Grid(header, felt))
        if lab:
            found += [said(say("handbook.lab_note")), Grid((say("handbook.column.result"), *header[1:]), lab)]
        if self.page.duration is not None:
            found.append(Paragraph(self._duration(self.page.duration)))
        return found

    def _duration(self, found: Figure) -> Line:
        words = say("handbook.duration", median=amount(found.value), low=amount(found.low), high=amount(found.high))
        return (Span(words, assumed=found.assumed), *self.cited(found.claim))

    def confusions(self) -> list[Block]:
        """What it is confused with, how common that is, and what tells them apart."""
        rows = []
        for entry in self.page.confusions:
            rate = self.knowledge.states[entry.state].prior[-1].claim
            claim = self.knowledge.claims[rate]
            words = [", ".join(map(self.finding, names)) for names in (entry.shared, entry.here, entry.there)]
            common: Line = (Span(natural(share_of(claim)), assumed=claim.assumed), *self.cited(rate))
            rows.append((self.state(entry.state), common, *(plain(text) for text in words)))
        if not rows:
            return []
        header = tuple(say(f"handbook.column.{name}") for name in ("confused", "common", "shared", "here", "there"))
        return [said(say("handbook.confused_note")), Grid(header, tuple(rows))]

    def tests(self) -> list[Block]:
        """The tests, best first."""
        if not self.page.tests:
            return [said(say("handbook.no_test"))]
        found: list[Block] = [said(say("handbook.tests_note"))]
        for test in self.page.tests:
            found += test_blocks(self.knowledge, test, is_patient=self.is_patient)
        return found

    def foods(self) -> list[Block]:
        """Foods that bring what runs short."""
        foods = self.page.foods
        if foods is None:
            return [said(self.page.food)] if self.page.food else []
        found: list[Block] = [said(say("handbook.foods_note"))]
        if self.page.food:
            found.append(said(self.page.food))
        for way in ("any", "vegetarian", "vegan"):
            served: tuple[FoodSource, ...] = getattr(foods, way)
            found.append(Paragraph((Span(say(f"handbook.way.{way}"), strong=True),)))
            if not served:
                found.append(said(say("handbook.no_food")))
                continue
            rows = tuple(
                (
                    plain(sentence_case(food.description)),
                    plain(f"{food.portion} ({amount(food.grams)} g)"),
                    plain(f"{amount(food.amount)} {unit_in_words(food.unit)}"),
                )
                for food in served
            )
            found.append(Grid(tuple(say(f"handbook.column.{n}") for n in ("food", "serving", "brings")), rows))
        if foods.withheld:
            found.append(Paragraph((Span(say("handbook.not_for_all"), strong=True),)))
            found.append(Points(tuple(plain(text) for text in foods.withheld)))
        return found

    def course(self) -> list[Block]:
        """How it is treated (for those who prescribe) and how long it takes."""
        page, found = self.page, []
        if page.treatment and not self.is_patient:
            found.append(Paragraph(self.remark(page.treatment)))
        if page.time:
            found.append(Paragraph(self.remark(page.time)))
        if found and self.is_patient:
            found.append(said(say("handbook.treatment_is_chosen")))
        return list(found)

    def safety(self) -> list[Block]:
        """What is not safe, and the upper limits."""
        page = self.page
        found: list[Block] = []
        if page.upper_limits:
            found.append(said(say("handbook.limits_note")))
            rows = tuple(
                (
                    plain(say(f"handbook.authority.{limit.authority}")),
                    plain(f"{amount(limit.value)} {unit_in_words(limit.unit)}"),
                    plain(limit.counts),
                    plain(limit.source),
                )
                for limit in page.upper_limits
            )
            found.append(
                Grid(tuple(say(f"handbook.column.{n}") for n in ("authority", "a_day", "counts", "source")), rows)
            )
        if page.safety:
            found.append(Points(tuple(self.remark(text) for text in page.safety)))
        if found:
            found.append(said(say("medicine")))
        return found

    def help(self) -> list[Block]:
        """When to seek help, the most urgent first."""
        found: list[Block] = [said(say("handbook.help_note"))]
        for urgency in dict.fromkeys(entry.urgency for entry in self.page.help):
            found.append(Paragraph((Span(say(f"urgency.{urgency}.heading"), strong=True),)))
            items = []
            for entry in self.page.help:
                if entry.urgency != urgency:
                    continue
                words: Line = (Span(f"{entry.label}. "), Span(entry.message, assumed=entry.assumed))
                if not self.is_patient:
                    where = (Span(" ["), Span(entry.source, to=f"source:{entry.source}"), Span(f", {entry.locator}]"))
                    words = (*words, *((Span(f" {entry.clinician}"),) if entry.clinician else ()), *where)
                items.append(words)
            found.append(Points(tuple(items)))
        return found if len(found) > 1 else [said(say("handbook.no_flag"))]


def state_document(knowledge: Knowledge, page: StatePage, reader: Reader) -> Document:
    """The page of one state for one reader; headings with nothing below them are left out."""
    writer = _Writer(knowledge, page, reader)
    order = (
        ("what", writer.what()),
        ("help", writer.help()),
        ("common", writer.common()),
        ("signs", writer.signs()),
        ("mechanism", writer.mechanism()),
        ("risks", writer.risks()),
        ("confused", writer.confusions()),
        ("tests", writer.tests()),
        ("foods", writer.foods()),
        ("course", writer.course()),
        ("safety", writer.safety()),
    )
    sections = [Section(say(f"handbook.section.{name}"), tuple(blocks)) for name, blocks in order if blocks]
    if reader != "patient":
        also = reader == "research"
        used = _leads(sections, "claim:")
        claims = [claim for claim in page.claims if also or claim.id in used]
        sections.append(claims_section(claims))
        cited = None if also else {claim.source for claim in claims} | _leads(sections, "source:")
    else:
        cited = None
    sections.append(sources_section(page.citations, cited))
    names = (page.lay, page.label) if reader == "patient" else (page.label, page.lay)
    other = "" if names[0].casefold() == names[1].casefold() else sentence_case(names[1])
    return Document(
        title=sentence_case(names[0]),
        subtitle=other,
        where=f"state:{page.id}",
        lead=(said(f"{say('draft')}. {say('handbook.mark_note')} {say('handbook.no_verdict')}"),),
        sections=tuple(sections),
    )


def _leads(sections: list[Section], kind: str) -> set[str]:
    """Names that the sections lead to, of one kind (``claim:``, ``source:``)."""
    lines = lines_of(Document(title="", sections=tuple(sections)))
    return {span.to.removeprefix(kind) for line in lines for span in line if span.to and span.to.startswith(kind)}
