"""The view as terminal text: plain, at most :data:`Display.width` columns, the same words with or without color."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from repletion.errors import Issue
from repletion.report.claims import claim_value
from repletion.report.diet import cells, columns
from repletion.report.items import Item, Reason, sentence_case
from repletion.report.numbers import amount, precise, ratio, strength
from repletion.report.orders import order_name, order_note
from repletion.report.view import Advice, View
from repletion.report.wording import display, say

# Control characters in what somebody typed must not reach a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_GAUGE = 50
_LONGEST_UNBROKEN = 14


def clean(text: str) -> str:
    """Text on one line without control characters."""
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", text)).strip()


class Page:
    """Lines of a report, collected through rich so that they wrap and align."""

    def __init__(self, *, color: bool = False, width: int | None = None) -> None:
        self._out = io.StringIO()
        self._console = Console(
            file=self._out,
            width=width or display().width,
            force_terminal=color,
            color_system="standard" if color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def show(self, what: RenderableType, *, indent: int = 0) -> None:
        """Print anything that rich can show."""
        self._console.print(Padding(what, (0, 0, 0, indent), expand=False))

    def line(self, text: str = "", *, style: str = "", indent: int = 0) -> None:
        """One paragraph; an empty one is a blank line."""
        if not text:
            self._console.print()
            return
        self._write(text, first=" " * indent, rest=" " * indent, style=style)

    def _write(self, text: str, *, first: str, rest: str, style: str) -> None:
        """Text wrapped once, after ``first`` and, from its second line on, ``rest``.

        rich measures and wraps anew at every layer of a layout; pages of hundreds of lines would take a second.
        """
        room = max(self._console.width - len(first), 1)
        lines = Text(clean(text)).wrap(self._console, room, overflow="fold")
        body = "\n".join([(first if not i else rest) + line.plain for i, line in enumerate(lines)])
        if self._console.is_terminal and style:
            self._console.print(Text(body, style=style), soft_wrap=True)
        else:
            self._out.write(body + "\n")

    def heading(self, text: str) -> None:
        """A section's heading, underlined so that it is one without color too."""
        self.line()
        self.line(clean(text), style="bold")
        self.line("─" * len(clean(text)))

    def point(self, text: str, *, mark: str = "•", indent: int = 2, style: str = "") -> None:
        """A list item with a hanging indent."""
        first = " " * indent + mark + " "
        self._write(text, first=first, rest=" " * len(first), style=style)

    def table(self, columns: list[tuple[str, bool]], rows: list[list[str]], *, indent: int = 0) -> None:
        """A table without rules; columns as (heading, is a number); columns empty in every row are left out."""
        kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
        found = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for i in kept:
            heading, is_number = columns[i]
            # no number, and no word in the first column, is broken in two
            longest = max(len(word) for row in rows for word in clean(row[i]).split() or [""])
            room = min(longest, _LONGEST_UNBROKEN) if is_number or i == kept[0] else None
            found.add_column(Text(heading), justify="right" if is_number else "left", overflow="fold", min_width=room)
        for row in rows:
            found.add_row(*(Text(clean(row[i])) for i in kept))
        self.show(found, indent=indent)

    def issues(self, issues: Iterable[Issue]) -> None:
        """What was not understood, each with its remedy."""
        for issue in issues:
            level = say(f"issues.level.{issue.level}")
            self.point(f"{level}: {say('issues.line', where=issue.where, message=issue.message)}")
            if issue.remedy:
                self.line(say("issues.remedy", remedy=issue.remedy), indent=4)

    def text(self) -> str:
        """All lines, without spaces at their ends."""
        return "\n".join(line.rstrip() for line in self._out.getvalue().splitlines()).strip("\n") + "\n"


def gauge(item: Item) -> str:
    """The range as a line: best estimate ●, range ━, prior ▿."""
    last = _GAUGE - 1
    places = [" "] * _GAUGE
    e = item.source
    for i in range(round(e.low * last), round(e.high * last) + 1):
        places[i] = "━"
    places[round(e.prior * last)] = "▿"
    places[round(e.probability * last)] = "●"
    return f"0 ├{''.join(places)}┤ {display().denominator}"


def _mark(assumed: bool) -> str:
    return f" {say('assumed_mark')}" if assumed else ""


def _claims(reason: Reason) -> str:
    if not reason.claims:
        return ""
    more = f", {say('explanation.and_more', n=reason.more)}" if reason.more else ""
    way = f" {say('explanation.by_way', name=reason.through or say('explanation.others'))}" if reason.by_way else ""
    return f"{way} [{', '.join(reason.claims)}{more}]"


def reason_line(reason: Reason, *, is_patient: bool) -> str:
    """One reason in a line: its name, as typed, how far it moves, its claims."""
    typed = f" (“{clean(reason.typed)}”)" if reason.typed and reason.typed.casefold() != reason.name.casefold() else ""
    size = say(f"explanation.strength.{reason.strength}")
    if not is_patient:
        size = f"{say('explanation.ratio', ratio=reason.ratio)}, {reason.weight:+.2f}"
    return f"{reason.name}{typed}: {size}{_mark(reason.assumed)}{_claims(reason)}"


def _shared(weight: float, *, is_patient: bool) -> str:
    """What the reasons tell only together, in a line."""
    size = f"{say('raised' if weight > 0 else 'lowered')} {say(f'explanation.strength.{strength(weight)}')}"
    more = "" if is_patient else f" ({say('explanation.ratio', ratio=ratio(weight))}, {weight:+.2f})"
    return f"{say('explanation.shared_more' if weight > 0 else 'explanation.shared_less')}: {size}{more}"


def show_item(page: Page, item: Item, *, is_patient: bool, number: int | None = None) -> None:
    """One explanation in full."""
    e = item.source
    page.line()
    medical = f" ({item.medical})" if item.medical else ""
    head = f"{number}. {item.name}{medical}" if number else f"{item.name}{medical}"
    page.line(head, style="bold")
    chance = say("frequency.people", frequency=sentence_case(item.sentence)) + f" ({item.range})"
    page.line((chance if is_patient else item.precise) + _mark(item.is_assumed), indent=3)
    page.show(Text(gauge(item), style="cyan", no_wrap=True), indent=3)
    if is_patient:
        page.line(item.before + _mark(item.is_assumed), indent=3)
    else:
        prior = f"{say('explanation.prior')} {precise(e.prior, e.prior, e.prior).split(' (')[0]}"
        page.line(f"{item.kind}; {prior}{_mark(item.is_assumed)} [{', '.join(item.prior_claims) or e.id}]", indent=3)
    if item.at_work and e.at_work is not None:
        page.line(say("frequency.at_work", frequency=item.at_work), indent=3)
    for text in (*item.severe, *([item.causes] if item.causes else [])):
        page.line(text, indent=3)
    if e.definition and not is_patient:
        page.line(say("explanation.defined", text=e.definition), indent=3)
    if item.summary and is_patient:
        page.line(item.summary, indent=3)
    if item.note:
        page.line(item.note, indent=3)
    for heading, mark, reasons in (
        ("raised", "+", item.raised),
        ("lowered", "−", item.lowered),
        ("neutral", "·", item.neutral),
    ):
        if reasons:
            page.line(f"{say(f'explanation.{heading}')}:", indent=3)
            for reason in reasons:
                page.point(reason_line(reason, is_patient=is_patient), mark=mark, indent=5)
    for step in item.waterfall.steps if item.waterfall else ():
        if step.kind == "shared" and strength(step.weight) != "not_at_all":
            page.line(_shared(step.weight, is_patient=is_patient), indent=3)
    for kind, remark in item.notes:
        where = "" if is_patient else f" [{remark.source}, {remark.locator}]"
        page.line(f"{say(f'explanation.{kind}')}: {remark.text}{_mark(remark.assumed)}{where}", indent=3)


def _advice(page: Page, view: View, advice: Advice) -> None:
    page.point(f"{advice.message}{_mark(advice.assumed)}")
    if not view.is_patient:
        if advice.clinician:
            page.line(say("reason_for_clinician", text=advice.clinician), indent=4)
        page.line(f"[{advice.id}; {say('rule_source', source=advice.source, locator=advice.locator)}]", indent=4)


def _act(page: Page, view: View) -> None:
    page.heading(say("section.act"))
    urgent = view.urgency
    style = "bold red" if view.is_later else "bold"
    word = say(f"urgency.{urgent}.word").upper()
    page.line(f"▌ {word}: {say(f'urgency.{urgent}.heading')}", style=style)
    page.line(f"▌ {say(f'urgency.{urgent}.lead')}")
    for advice in view.advice:
        _advice(page, view, advice)
    if view.also:
        page.line(f"{say('section.also')}:")
        for advice in view.also:
            _advice(page, view, advice)
    if view.hints:
        page.line(view.hints)
    if view.sooner:
        page.line(view.sooner)
    if view.takes_medicine:
        page.line(say("medicine"))


def _explanations(page: Page, view: View) -> None:
    page.heading(say("section.explanations"))
    for text in view.beware:
        page.line(text, style="bold")
    page.line(say("explanation.intro", of=display().denominator))
    if view.is_later:
        page.line(say("explanation.urgent"), style="bold")
    if view.about:
        page.line()
        page.line(say("section.about"), style="bold")
        for remark in view.about:
            where = "" if view.is_patient else f" [{remark.source}, {remark.locator}]"
            page.line(f"{remark.text}{_mark(remark.assumed)}{where}", indent=2)
    page.line()
    for item in view.shown:
        page.line(say("explanation.folded", name=item.name, frequency=item.sentence), indent=2)
    for number, item in enumerate(view.shown, start=1):
        show_item(page, item, is_patient=view.is_patient, number=number)
    if view.folded:
        page.line()
        page.line(say("section.others"), style="bold")
        for item in view.folded:
            chance = item.sentence if view.is_patient else item.precise
            page.point(say("explanation.folded", name=item.name, frequency=chance) + _mark(item.is_assumed))
    if view.omitted:
        page.line(say("explanation.fold_note", n=view.omitted), indent=2)
    if view.unexplained:
        page.line()
        for text in view.unexplained:
            page.line(text)


def _settle(page: Page, view: View) -> None:
    page.heading(say("section.settle"))
    page.line(say("section.questions"), style="bold")
    page.line(view.questions_said)
    for question, why in view.questions:
        gain = "" if view.is_patient else f" ({say('tests.gain', gain=amount(question.gain))}; {question.id})"
        page.point(f"{question.question} {why}{gain}", mark="?")
    page.line()
    page.line(say("section.tests" if view.is_patient else "section.tests_clinician"), style="bold")
    page.line(say("tests.intro" if view.tests else "tests.none"))
    for test, why in view.tests:
        name = order_name(test, lay=view.is_patient)
        page.point(f"{name}{'' if view.is_patient else f' ({order_note(test)})'}. {why}", mark="□")
        for caveat in test.caveats[: display().most_caveats if view.is_patient else None]:
            page.line(say("tests.caveat", text=caveat.text) + _mark(caveat.assumed), indent=4)


def show_diet(page: Page, view: View) -> None:
    """The diet table with its notes and foods."""
    page.heading(say("section.diet"))
    if view.is_later:
        page.line(say("diet.later"))
        return
    page.line(view.diet.days)
    if not view.diet.rows:
        return
    page.line(say("diet.intro"))
    if view.diet.has_lower_bounds:
        page.line(say("diet.lower_bound_note"))
    page.line()
    page.table(columns(is_patient=view.is_patient), cells(view.diet.rows, is_patient=view.is_patient))
    for remark in view.diet.remarks:
        page.point(remark)
    for nutrient, foods in view.diet.foods:
        page.line()
        page.line(f"{say('section.foods')}: {say('diet.sources_for', nutrient=nutrient)}", style="bold")
        for food in foods:
            page.point(food)


def _input(page: Page, view: View) -> None:
    page.heading(say("section.understood"))
    page.line(say("understood.intro" if view.understood else "understood.none"))
    for text in view.understood:
        page.point(text)
    if view.assessment.labs:
        page.line()
        page.line(say("section.labs"), style="bold")
        page.table(
            [(say(f"labs.columns.{n}"), n == "value") for n in ("test", "value", "date", "reference", "typed", "code")],
            [list(row) for row in view.lab_rows],
        )
        for test, caution in view.lab_cautions:
            where = "" if view.is_patient else f" [{caution.source}, {caution.locator}]"
            page.point(f"{say('labs.caution', test=test, text=caution.text)}{_mark(caution.assumed)}{where}")
    if view.assessment.issues:
        page.heading(say("section.issues"))
        page.issues(view.issues)


def _know(page: Page, view: View) -> None:
    page.heading(say("section.know"))
    page.line(say("know.intro"))
    page.line(say("assumed_note"))
    if view.is_patient and view.claims:
        page.line(say("know.follow", id=view.claims[0].id))
    elif view.claims:
        page.line()
        page.line(say("section.claims"), style="bold")
    for claim in view.claims if not view.is_patient else ():
        text = say("know.claim", statement=claim.statement, value=claim_value(claim))
        people = say("know.population", population=claim.population)
        page.point(
            f"{text}; {people}{_mark(claim.basis == 'assumed')} [{claim.source}, {claim.locator}]", mark=f"{claim.id}:"
        )
    page.line()
    page.line(say("section.sources"), style="bold")
    for source in view.sources:
        used = [claim for claim in source.claims if claim in view.claim_ids]
        page.point(f"{source.id}: {source.citation.rstrip('.')}.")
        if used:
            few = not view.is_patient or len(used) <= 3
            claims = ", ".join(used) if few else say("know.many", n=len(used))
            page.line(say("know.used_by", claims=claims), indent=4)
        if source.link:
            page.line(source.link, indent=4)


def _states(page: Page, view: View) -> None:
    page.heading(say("section.states"))
    names = ("id", "probability", "low", "high", "prior", "at_work", "ratio")
    rows = []
    for item in view.shown:
        e = item.source
        at_work = "" if e.at_work is None else f"{e.at_work:.3g}"
        rows.append([e.id, *(f"{x:.3g}" for x in (e.probability, e.low, e.high, e.prior)), at_work, ratio(item.moved)])
        rows += [[f"· {s.id}", *(f"{x:.3g}" for x in (s.probability, s.low, s.high)), "", "", ""] for s in e.severity]
    page.table([(say(f"columns.states.{name}"), name != "id") for name in names], rows)


def render_text(view: View, *, color: bool = False, width: int | None = None) -> str:
    """The whole report as text, ``width`` columns wide."""
    page = Page(color=color, width=width)
    page.line(view.title, style="bold")
    page.line(view.person)
    page.line(f"{say('draft')}. {say('draft_more')}")
    _act(page, view)
    if view.reader == "research":
        _states(page, view)
    _explanations(page, view)
    _settle(page, view)
    show_diet(page, view)
    _input(page, view)
    _know(page, view)
    page.heading(say("section.limits"))
    for text in view.limits:
        page.point(text)
    page.heading(say("section.made"))
    for text in view.made:
        page.line(text)
    return page.text()
