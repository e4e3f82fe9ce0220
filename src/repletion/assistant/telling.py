"""Answers as an assistant needs them: short, typed words quoted, claims beside every number."""

from __future__ import annotations

from collections.abc import Iterable

from repletion.assessment.model import Assessment, Remark
from repletion.assistant.model import (
    Assessed,
    ChangeTold,
    Figured,
    Heard,
    IntakeTold,
    Likely,
    LineRead,
    Moved,
    Noted,
    NutrientTold,
    PlanTold,
    QuestionTold,
    Reader,
    RecordTold,
    Sentence,
    StateTold,
    Step,
    UrgencyTold,
    Why,
)
from repletion.assistant.quoting import line, quoted
from repletion.case.model import Understood
from repletion.errors import Issue
from repletion.handbook.model import Figure, StatePage
from repletion.interview.replay import Standing
from repletion.plan.model import Plan
from repletion.report.intake import IntakeAnswer
from repletion.report.items import Item, sentence_case
from repletion.report.items import Reason as Moving
from repletion.report.numbers import amount, percent
from repletion.report.orders import order_name
from repletion.report.record import RecordView
from repletion.report.view import view_of
from repletion.report.wording import catalogue, display, say
from repletion.triage import Triage

MOST_REASONS = 6
MOST_CLAIMS = 4
MOST_FIGURES = 12
MOST_LINES = 100
MOST_USERS = 20


def urgency_line(triage: Triage) -> str:
    """The first line of a result: nothing in it was typed by anybody."""
    parts = {part: say(f"urgency.{triage.urgency}.{part}") for part in ("word", "heading", "lead")}
    return say("assistant.urgency", **{**parts, "word": parts["word"].upper()})


def not_assessed(why: str) -> str:
    """The first line of a result that read no complaint; ``why`` is a key of the catalogue."""
    return say("assistant.not_assessed", why=say(f"assistant.{why}"))


def resource(kind: str, name: str) -> str:
    """The address of a record among the server's resources."""
    return f"repletion://knowledge/{kind}/{name}"


def _urgency(triage: Triage) -> UrgencyTold:
    return UrgencyTold(
        level=triage.urgency,
        heading=say(f"urgency.{triage.urgency}.heading"),
        lead=say(f"urgency.{triage.urgency}.lead"),
        why=tuple(
            Why(
                id=reason.id,
                message=line(reason.message),
                typed=tuple(quoted(words) for words in reason.evidence),
                source=reason.source,
                locator=reason.locator,
                assumed=reason.basis == "assumed",
            )
            for reason in triage.reasons
        ),
        no_food_advice=triage.suppresses_plan,
        not_assessed=triage.not_assessed,
    )


def noted(issues: Iterable[Issue]) -> tuple[Noted, ...]:
    """Issues with their messages on one line; what they quote was typed."""
    return tuple(
        Noted(level=i.level, where=line(i.where, 80), message=line(i.message), remedy=line(i.remedy)) for i in issues
    )[:MOST_LINES]


def _heard(understood: Iterable[Understood]) -> tuple[Heard, ...]:
    return tuple(Heard(typed=quoted(u.text), meaning=u.label, present=u.present) for u in understood)[:MOST_LINES]


def _moved(reasons: tuple[Moving, ...]) -> tuple[Moved, ...]:
    return tuple(
        Moved(what=r.name, factor=r.ratio, typed=quoted(r.typed), claims=r.claims[:MOST_CLAIMS], assumed=r.assumed)
        for r in reasons[:MOST_REASONS]
    )


def _likely(item: Item) -> Likely:
    found = item.source
    return Likely(
        id=found.id,
        name=item.name,
        medical=item.medical,
        kind=item.kind,
        chance=item.sentence,
        range=item.range,
        probability=round(found.probability, 4),
        low=round(found.low, 4),
        high=round(found.high, 4),
        raised=_moved(item.raised),
        lowered=_moved(item.lowered),
        prior_claims=found.prior_claims[:MOST_CLAIMS],
    )


def assessed(found: Assessment, reader: Reader) -> Assessed:
    """An assessment, shortened to what this reader is shown; what was left out is in the API's JSON."""
    view = view_of(found, reader)
    return Assessed(
        urgency=_urgency(found.triage),
        explanations=tuple(_likely(item) for item in view.shown),
        less_likely=tuple(f"{item.name}: {item.sentence}" for item in view.folded),
        questions=tuple(Step(id=q.id, what=q.question, why=why) for q, why in view.questions),
        tests=tuple(Step(id=t.id, what=order_name(t, lay=False), why=why) for t, why in view.tests),
        understood=_heard(found.understood),
        issues=noted(view.issues),
        limits=view.limits,
        citations=view.sources,
        versions=found.versions,
        fingerprint=found.fingerprint,
    )


def asked(found: Standing) -> QuestionTold:
    """The next question, or why there is none."""
    question, stop = found.question, found.stop
    return QuestionTold(
        urgency=_urgency(found.triage),
        id=question.id if question else None,
        question=question.question if question else None,
        why=question.why if question else stop.text if stop else "",
        choices=question.choices if question else (),
        understood=_heard(found.understood),
        issues=noted(found.issues),
    )


def _figured(what: str, figure: Figure) -> Figured:
    if figure.value is None:
        words = say("know.no_value")
    elif figure.unit == "share":
        words = percent(figure.value)
    else:
        words = f"{amount(figure.value)} {figure.unit}"
    return Figured(what=what, figure=words, claim=figure.claim, assumed=figure.assumed)


def _sentence(remark: Remark) -> Sentence:
    return Sentence(text=remark.text, source=remark.source, locator=remark.locator, assumed=remark.assumed)


def explained(page: StatePage, reader: Reader) -> StateTold:
    """The page of a state, the weightiest first in each part."""
    lay, label = sentence_case(page.lay or page.label), sentence_case(page.label)
    names = (lay, label) if reader == "patient" else (label, lay)
    risks = sorted(page.risks, key=lambda risk: (-risk.odds, risk.factor))
    signs = sorted(page.signs, key=lambda sign: (-sign.ratio, sign.finding))
    return StateTold(
        id=page.id,
        name=names[0],
        medical=names[1],
        kind=page.kind,
        definition=page.definition,
        summary=page.summary,
        common=tuple(_figured(entry.who, entry.figure) for entry in page.common[:MOST_FIGURES]),
        raised_by=tuple(_figured(entry.label, entry.figure) for entry in risks[:MOST_FIGURES]),
        signs=tuple(_figured(entry.label, entry.figure) for entry in signs[:MOST_FIGURES]),
        tests=tuple(f"{test.label} ({test.id}, {test.unit})" for test in page.tests),
        food=page.food,
        treatment=_sentence(page.treatment) if page.treatment and reader != "patient" else None,
        time_course=_sentence(page.time) if page.time else None,
        safety=tuple(_sentence(entry) for entry in page.safety),
        seek_help=tuple(
            Sentence(text=h.message, source=h.source, locator=h.locator, assumed=h.assumed) for h in page.help
        ),
        remarks=tuple(_sentence(entry) for entry in page.remarks),
        resource=resource("states", page.id),
        review=page.review,
    )


def taken_in(found: IntakeAnswer) -> IntakeTold:
    """A diary against reference intakes; what is hidden from a patient (energy) is left out."""
    days = len(found.days)
    caution = catalogue()["diet.days.one" if days == 1 else "diet.days.other"].format(n=days)
    hidden = display().hidden_from_patient
    lines = []
    for entry in found.lines[:MOST_LINES]:
        food = entry.get("food")
        name = food.get("description") if isinstance(food, dict) else food
        lines.append(
            LineRead(typed=quoted(str(entry["text"])), food=name, grams=entry.get("grams"), status=str(entry["status"]))
        )
    return IntakeTold(
        days=days,
        caution=f"{caution} {say('diet.intro')}",
        nutrients=tuple(
            NutrientTold(
                nutrient=t.label,
                amount=t.amount,
                unit=t.unit,
                coverage=round(t.coverage, 3),
                reference=t.reference,
                reference_kind=t.reference_kind,
                adequacy=t.adequacy,
                low=t.low,
                high=t.high,
                upper_limit=t.upper_limit,
            )
            for t in found.totals
            if t.nutrient not in hidden and t.reference is not None
        ),
        lines=tuple(lines),
        issues=noted(found.issues),
        versions=found.versions,
    )


def planned(found: Plan) -> PlanTold:
    """A plan as changes of the day; when a warning sign takes its place, only the care advice."""
    return PlanTold(
        urgency=_urgency(found.triage),
        status=found.status,
        headline=line(found.headline),
        care=tuple(line(text) for text in found.care),
        changes=tuple(
            ChangeTold(
                food=line(change.food),
                kind=change.kind,
                household=change.household,
                brings=tuple(f"{b.label}: {amount(b.amount)} {b.unit}" for b in change.brings),
                label_check=change.label_check,
            )
            for change in found.changes
        ),
        open_goals=tuple(line(gap.text) for gap in found.unmet),
        notes=tuple(line(text) for text in found.notes),
        issues=noted(found.issues),
        sources=found.sources,
    )


def recorded(found: RecordView) -> RecordTold:
    """A record with the claims and sources that it rests on."""
    return RecordTold(
        kind=found.kind,
        id=found.id,
        label=found.label,
        claims=found.claims[:MOST_LINES],
        citations=found.citations[:MOST_LINES],
        used_by=found.used_by[:MOST_USERS],
        resource=resource(found.kind, found.id),
    )
