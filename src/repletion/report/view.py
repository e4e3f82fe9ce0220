"""What one reader gets to see of an answer, in reading order; text and HTML both show exactly this.

Nothing is computed about the person here. The view chooses, orders and words; the numbers are the assessment's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from repletion.assessment.model import (
    Assessment,
    Citation,
    ClaimView,
    Question,
    Remark,
    TestSuggestion,
)
from repletion.assessment.scope import said_first
from repletion.case.model import Lab
from repletion.errors import Issue
from repletion.report.diet import Diet, diet_of
from repletion.report.items import Item, bearing, in_sentence, item_of, sentence_case
from repletion.report.leading import chosen
from repletion.report.numbers import amount, frequency, lasting
from repletion.report.readers import Reader
from repletion.report.sparing import (
    finding_name,
    misleading,
    outdone,
    pointed,
    reported,
    too_young,
    waits,
    worth_asking,
    worth_testing,
)
from repletion.report.wording import display, say
from repletion.triage import Reason as TriageReason
from repletion.triage import Triage


@dataclass(frozen=True, slots=True)
class Advice:
    """Why this urgency: one triggered rule."""

    id: str
    label: str
    message: str
    clinician: str
    source: str
    locator: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is shown, in order."""

    assessment: Assessment
    reader: Reader
    title: str
    person: str
    urgency: str
    advice: tuple[Advice, ...]
    also: tuple[Advice, ...]
    hints: str
    """What less urgent rules on the same words would have a clinician look at, in a sentence."""
    sooner: str
    """What must not wait for the appointment; empty in an emergency."""
    beware: tuple[str, ...]
    """What is said before any number, since the numbers are not made for this person."""
    is_later: bool
    takes_medicine: bool
    shown: tuple[Item, ...]
    folded: tuple[Item, ...]
    omitted: int
    about: tuple[Remark, ...]
    unexplained: tuple[str, ...]
    questions: tuple[tuple[Question, str], ...]
    questions_said: str
    """The sentence over the questions, or why there are none."""
    tests: tuple[tuple[TestSuggestion, str], ...]
    diet: Diet
    understood: tuple[str, ...]
    issues: tuple[Issue, ...]
    lab_rows: tuple[tuple[str, ...], ...]
    lab_cautions: tuple[tuple[str, Remark], ...]
    """What may have falsified a result, by something told: the test and the caution."""
    claims: tuple[ClaimView, ...]
    sources: tuple[Citation, ...]
    limits: tuple[str, ...]
    made: tuple[str, ...]

    @property
    def is_patient(self) -> bool:
        """Whether the reader is the person the case is about."""
        return self.reader == "patient"

    @property
    def claim_ids(self) -> frozenset[str]:
        """Ids of the claims that are shown."""
        return frozenset(claim.id for claim in self.claims)


def _person(assessment: Assessment) -> str:
    person = assessment.person
    words = []
    if person.age is not None:
        key, n = ("person.years", person.age) if person.age >= 2 else ("person.months", person.age * 12)
        words.append(say(key, n=f"{n:.0f}"))
    if person.sex:
        words.append(say(f"person.{person.sex}"))
    words += [say(f"person.{name}") for name in ("pregnant", "lactating", "smoker") if getattr(person, name)]
    if person.height_cm and person.weight_kg:
        words.append(say("person.measures", height=f"{person.height_cm:.0f}", weight=f"{person.weight_kg:.3g}"))
    who = ", ".join(words) if words else say("person.unknown")
    return say("person.line", who=sentence_case(who), on=assessment.on)


def _understood(assessment: Assessment, reader: Reader) -> tuple[str, ...]:
    lines = []
    for thing in assessment.understood:
        label = finding_name(thing.id, thing.label, reader)
        if thing.kind == "list" and not thing.present:
            label = say("understood.whole", label=in_sentence(label))
        elif not thing.present:
            label = say("understood.absent", label=label)
        if not thing.certain:
            label = say("understood.doubtful", label=label)
        if thing.past:
            label = say("understood.past", label=label)
        if thing.present and thing.duration_days and (thing.kind == "finding" or thing.duration_days >= 1):
            label = say("web.chip.lasting", label=label, time=lasting(thing.duration_days))
        lines.append(say("understood.pair", text=thing.text.strip(), label=label))
    return tuple(dict.fromkeys(lines))


def worst_first(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Issues from errors down to notes; notes with one and the same remedy stand together, none is lost."""
    order = ("error", "warning", "note")
    together: dict[tuple[str, str], list[Issue]] = {}
    for number, issue in enumerate(issues):
        key = issue.remedy if issue.level == "note" else str(number)
        together.setdefault((issue.level, key), []).append(issue)
    merged = [
        found[0]
        if len(found) == 1
        else Issue(
            level=level,
            where=", ".join(dict.fromkeys(issue.where for issue in found)),
            message=" ".join(dict.fromkeys(issue.message for issue in found)),
            remedy=found[0].remedy,
        )
        for level, found in ((found[0].level, found) for found in together.values())
    ]
    return tuple(sorted(merged, key=lambda issue: order.index(issue.level)))


def _lab(lab: Lab) -> tuple[str, ...]:
    """Test, result, date, range given, as typed, code."""
    value = f"{lab.comparator or ''}{amount(lab.value)} {lab.unit or ''}" if lab.value is not None else lab.band or ""
    if not lab.usable:
        value = f"{value} ({say('labs.unusable')})".strip()
    low, high = lab.reference or (None, None)
    if low is not None and high is not None:
        given = f"{amount(low)}–{amount(high)}"
    elif low is not None:
        given = say("labs.above", low=amount(low))
    else:
        given = "" if high is None else say("labs.below", high=amount(high))
    day = lab.date.isoformat() if lab.date else say("labs.undated")
    return (
        sentence_case(lab.label),
        value.strip().replace("_", " "),
        day,
        given,
        lab.typed or lab.text,
        lab.code or "",
    )


def _made(assessment: Assessment, reader: Reader) -> tuple[str, ...]:
    method, versions = assessment.method, assessment.versions
    error = amount(method.standard_error) if method.standard_error is not None else ""
    return (
        say("made.exact") if method.exact else say("made.sampled", error=error),
        say("made.interval", level=f"{method.interval * 100:.0f} %", draws=method.draws, seed=method.seed)
        if method.draws
        else say("made.no_ranges"),
        say(
            "made.versions",
            software=versions.software,
            knowledge=versions.knowledge,
            foods=versions.foods,
            fingerprint=assessment.fingerprint,
            reader=reader,
        ),
        say("made.private"),
    )


def _used(
    assessment: Assessment, shown: tuple[Item, ...], folded: tuple[Item, ...], remarks: tuple[Remark, ...]
) -> tuple[tuple[ClaimView, ...], tuple[Citation, ...]]:
    """Claims and sources that what is shown rests on; those of explanations that are not named stay out."""
    used = {claim for item in shown + folded for claim in item.prior_claims}
    used |= {claim for item in shown for reason in item.reasons for claim in reason.claims}
    used |= {claim for item in shown for claim in item.smaller_claims}
    claims = tuple(claim for claim in assessment.claims if claim.id in used)
    named = {remark.source for remark in remarks} | {r.source for item in shown for _, r in item.notes}
    named |= {reason.source for reason in assessment.triage.reasons}
    named |= {caveat.source for test in assessment.next.tests for caveat in test.caveats}
    sources = {claim.source for claim in claims} | named
    elsewhere = {
        r.source for e in assessment.explanations for r in (*e.remarks, *e.safety, e.treatment, e.time_course) if r
    }
    return claims, tuple(
        # triage, tests and the diet rest on sources without a claim
        c
        for c in assessment.citations
        if c.id in sources or (not c.claims and c.id not in elsewhere)
    )


def _advice(reason: TriageReason) -> Advice:
    return Advice(
        id=reason.id,
        label=reason.label,
        message=reason.message,
        clinician=reason.clinician,
        source=reason.source,
        locator=reason.locator,
        assumed=reason.basis == "assumed",
    )


def _beware(limits: Iterable[str], *, told: bool, is_child: bool) -> tuple[str, ...]:
    """What is said before anything else.  ``told``: something was understood, measured or eaten."""
    first = [text for text in limits if text in said_first()]
    if is_child:
        first.append(say("amounts_of_adults"))
    if not told:
        first.append(say("explanation.nothing_told"))
    return tuple(first)


def _why(step: Question | TestSuggestion, reader: Reader, lay: Mapping[str, str]) -> str:
    """The reason to ask: in lay words, and without a name that this reader is spared."""
    if reader != "patient":
        return step.why
    names = [lay[name] for name in step.separates if name in lay]
    if len(names) < len(step.separates) or not names:
        return say("questions.why_plain")
    if len(names) == 1:
        return say("explanation.tells_one", a=names[0])
    return say("explanation.tells_two", a=names[0], b=names[1])


def _questions_said(assessment: Assessment, reader: Reader, *, asked: bool) -> str:
    """What stands above the questions, or in their place."""
    if asked:
        return say("questions.intro")
    if waits(assessment):
        return say("questions.wait")
    if too_young(assessment):
        return say("questions.child" if reader == "patient" else "questions.child_clinician")
    return say("questions.none")


def _unexplained(assessment: Assessment, reader: Reader) -> Iterator[str]:
    for u in assessment.unexplained:
        name = in_sentence(finding_name(u.finding, u.label, reader))
        yield say("unexplained", name=name, frequency=frequency(u.probability))


def _told_rules(triage: Triage, reader: Reader) -> tuple[list[Advice], list[Advice], str]:
    """The rules behind the urgency, other rules that hold, and the hints that less urgent ones leave a clinician."""
    pointing = pointed(triage.reasons)
    less = () if reader == "research" else outdone(pointing)
    reasons = triage.reasons if reader == "research" else tuple(r for r in pointing if r not in less)
    hints = [say("hint", label=r.label, text=r.clinician.rstrip(".")) for r in less if r.clinician]
    leading = [_advice(reason) for reason in reasons if reason.urgency == triage.urgency]
    also = [_advice(reason) for reason in reasons if reason.urgency != triage.urgency]
    return leading, also, say("hints", hints="; ".join(hints)) if hints and reader != "patient" else ""


def view_of(assessment: Assessment, reader: Reader = "patient") -> View:
    """The view of an answer for one reader."""
    triage = assessment.triage
    is_later = triage.urgency in display().later_when or triage.suppresses_plan
    assumed = frozenset(claim.id for claim in assessment.claims if claim.basis == "assumed")
    full, rest, omitted = chosen(assessment.explanations, reader)
    lay = {e.id: in_sentence(e.lay or e.label) for e in full + rest}
    names = lay if reader == "patient" else {e.id: in_sentence(e.label) for e in full + rest}
    bears = bearing(assessment.explanations)
    limits = tuple(dict.fromkeys((*assessment.not_considered, *triage.not_assessed)))
    is_child = any(text in said_first("child") for text in limits)
    diet = diet_of(assessment, reader)
    anything = bool(assessment.understood or assessment.labs or diet.rows)
    beware = _beware(limits, told=anything, is_child=is_child)
    told, exact = reported(assessment), assessment.method.draws > 0
    shown = tuple(
        item_of(
            e, reader, assumed, is_later=is_later, bears=bears, names=names, told=told, exact=exact, is_child=is_child
        )
        for e in full
    )
    folded = tuple(item_of(e, reader, assumed, is_later=is_later, told=told, exact=exact) for e in rest)
    advice, also, hints = _told_rules(triage, reader)
    asked, tests = worth_asking(assessment, reader), worth_testing(assessment, reader)
    doubts = misleading(assessment)
    claims, sources = _used(assessment, shown, folded, (*assessment.about, *(caution for _, caution in doubts)))
    if reader == "research":
        claims, sources = assessment.claims, assessment.citations
    return View(
        assessment=assessment,
        reader=reader,
        title=assessment.title or say("title"),
        person=_person(assessment),
        urgency=triage.urgency,
        advice=tuple(advice),
        also=tuple(also),
        hints=hints,
        sooner=say(f"urgency.{triage.urgency}.sooner") if reader == "patient" and not waits(assessment) else "",
        beware=beware,
        is_later=is_later,
        takes_medicine=any(thing.kind == "drug" and thing.present for thing in assessment.understood),
        shown=shown,
        folded=folded,
        omitted=omitted,
        about=assessment.about,
        unexplained=tuple(_unexplained(assessment, reader)),
        questions=tuple((question, _why(question, reader, lay)) for question in asked),
        questions_said=_questions_said(assessment, reader, asked=bool(asked)),
        tests=tuple((test, _why(test, reader, lay)) for test in tests),
        diet=diet,
        understood=_understood(assessment, reader),
        issues=worst_first(assessment.issues),
        lab_rows=tuple(_lab(lab) for lab in assessment.labs),
        lab_cautions=doubts,
        claims=claims,
        sources=sources,
        limits=tuple(text for text in limits if text not in beware),
        made=_made(assessment, reader),
    )
