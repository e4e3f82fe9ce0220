"""The services: what they ask to be prefetched, and when they say something.  Silence is the usual answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from repletion.assessment.model import Assessment, Explanation, TestSuggestion, Together
from repletion.case.model import Case
from repletion.evidence.observe import person_factors
from repletion.fhir.read import Reading
from repletion.hooks.call import Call, NoData, as_taken, last_done, read_call
from repletion.hooks.cards import Indicator, card
from repletion.hooks.data import monitoring, rule, supplements
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Test, Urgency
from repletion.plan.data import SafetyRule
from repletion.plan.facts import factors_present
from repletion.plan.safety import effects_for
from repletion.report.wording import say
from repletion.triage import triage

_PATIENT = "{{context.patientId}}"
PREFETCH = {
    "patient": f"Patient/{_PATIENT}",
    "conditions": f"Condition?patient={_PATIENT}&_count=200",
    "laboratory": f"Observation?patient={_PATIENT}&category=laboratory&_sort=-date&_count=200",
    "vitals": f"Observation?patient={_PATIENT}&category=vital-signs&_sort=-date&_count=50",
    "social": f"Observation?patient={_PATIENT}&category=social-history&_sort=-date&_count=50",
    "orders": f"MedicationRequest?patient={_PATIENT}&status=active",
    "medicines": f"MedicationStatement?patient={_PATIENT}&status=active",
}
_INDICATOR: dict[Urgency, Indicator] = {"emergency": "critical", "same_day": "critical", "same_week": "warning"}
_DAYS_A_MONTH = 30.44
_NO_RESULTS = (
    "The results were not prefetched: whether a test is missing cannot be said. "
    "Answer the prefetch template “laboratory”."
)
_NOT_A_FLAG = "no_red_flag"


@dataclass(frozen=True)
class Service:
    """One service as discovery tells it, and the function that answers."""

    id: str
    hook: str
    title: str
    description: str
    answer: Callable[[Call, Knowledge], list[dict[str, Any]]]

    def describe(self) -> dict[str, Any]:
        """The entry of the discovery answer."""
        return {"hook": self.hook, "title": self.title, "description": self.description, "id": self.id,
                "prefetch": dict(PREFETCH)}  # fmt: skip


def _patient_view(call: Call, knowledge: Knowledge) -> list[dict[str, Any]]:
    """An urgent result of these weeks; a shortfall or excess that the record makes likely and a test would settle."""
    if call.results_since is None:
        raise NoData(_NO_RESULTS)
    reading = call.read()
    cards = _urgent(call, reading, knowledge)
    if not reading.case.understood and not reading.case.labs:
        return cards
    if not call.knows_results_of(rule("recent_test_days")):
        return cards  # a test may have been done on a page that was not prefetched
    from repletion.assessment.stations import assess

    found = assess(reading.case, on=call.today, knowledge=knowledge)
    for explanation in found.explanations:
        if len(cards) >= int(rule("most_cards")):
            break
        test = _missing_test(explanation, found, reading, call, knowledge)
        if test is not None:
            cards.append(_state_card(call, explanation, test, knowledge))
    return cards


def _urgent(call: Call, reading: Reading, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Warning signs of recent results alone: what a problem list says of years ago is no emergency of today."""
    since = call.today - dt.timedelta(days=rule("urgent_days"))
    recent = tuple(lab for lab in reading.case.labs if lab.date is not None and lab.date >= since and lab.usable)
    found = triage(Case(person=reading.case.person, labs=recent), knowledge)
    reasons = [r for r in found.reasons if not r.id.startswith(_NOT_A_FLAG) and r.urgency in _INDICATOR]
    cards = []
    for reason in reasons[: int(rule("most_cards"))]:
        tests = [knowledge.tests[lab.test] for lab in recent if lab.typed and lab.typed in reason.evidence]
        heading = say(f"urgency.{reason.urgency}.heading")
        seen = "; ".join(f"{lab.label} {lab.typed} ({lab.date})" for lab in recent if lab.typed in reason.evidence)
        detail = say("hooks.urgent_detail", clinician=reason.clinician or reason.message, evidence=seen or reason.label)
        cards.append(
            card(call, f"urgent:{reason.id}", summary=say("hooks.urgent_summary", heading=heading, label=reason.label),
                 detail=detail, indicator=_INDICATOR[reason.urgency], knowledge=knowledge, tests=tests[:1])
        )  # fmt: skip
    return cards


def _missing_test(
    e: Explanation, found: Assessment, reading: Reading, call: Call, knowledge: Knowledge
) -> TestSuggestion | None:
    """The suggested laboratory test that would settle a likely, raised shortfall or excess and was not done of late."""
    if e.kind not in {"deficiency", "excess"} or e.probability < rule("card_least_probability"):
        return None
    if e.probability < rule("card_least_rise") * e.prior:
        return None
    for order in found.next.tests:
        if order.kind != "laboratory":
            continue
        parts: tuple[TestSuggestion | Together, ...] = (order, *order.together)
        part = next((p for p in parts if e.id in knowledge.tests[p.id].settles), order)
        test: TestSuggestion = msgspec.structs.replace(order, id=part.id, label=part.label, loinc=part.loinc)
        done = last_done(reading, test.id)
        if e.id in test.separates and (done is None or (call.today - done).days > rule("recent_test_days")):
            return test
    return None


def _state_card(call: Call, e: Explanation, test: TestSuggestion, knowledge: Knowledge) -> dict[str, Any]:
    from repletion.report.numbers import frequency, ratio, span

    moved = ", ".join(f"{b.label} ({ratio(b.weight)}×)" for b in e.because[:4])
    assumed = say("hooks.assumed") if any(b.assumed for b in e.because) else ""
    detail = say("hooks.state_detail", frequency_long=frequency(e.probability), range=span(e.low, e.high),
                 before=frequency(e.prior), moved=moved, why=test.why, assumed=assumed)  # fmt: skip
    summary = say("hooks.state_summary", label=e.label, frequency=frequency(e.probability), test=test.label)
    return card(call, f"state:{e.id}", summary=summary, detail=detail, indicator="info", knowledge=knowledge,
                tests=[knowledge.tests[test.id]])  # fmt: skip


def _order_select(call: Call, knowledge: Knowledge) -> list[dict[str, Any]]:
    """A draft that asks for a test not done of late, or that the record speaks against."""
    before = call.read()
    cards: list[dict[str, Any]] = []
    unknown = False
    for draft in call.drafts:
        alone = call.read_alone(as_taken(draft))
        new = [u for u in alone.case.understood if u.present and not u.past]
        names = {u.id: u.label for u in new if u.kind == "drug" and u.id in knowledge.drugs}
        classes = {knowledge.drugs[name].drug_class: label for name, label in names.items()}
        for u in new:  # an order for a whole class of medicines
            if u.kind == "factor" and u.id in knowledge.factors:
                classes |= {c: u.label for c in knowledge.factors[u.id].drug_classes if c not in classes}
        cards += _against(call, before, alone, classes, knowledge)
        monitored = _monitored(call, before, classes, knowledge)
        unknown = unknown or (bool(monitored) and call.results_since is None)
        cards += monitored if call.results_since is not None else []
    if unknown and not cards:
        raise NoData(_NO_RESULTS)
    unique = {one["uuid"]: one for one in cards}
    order = ("critical", "warning", "info")
    return sorted(unique.values(), key=lambda one: order.index(one["indicator"]))[: int(rule("most_cards"))]


def _against(
    call: Call, before: Reading, alone: Reading, classes: dict[str, str], knowledge: Knowledge
) -> list[dict[str, Any]]:
    """A supplement that a condition, medicine or result forbids, whichever of the two was there first."""
    cards = []
    for name in classes:
        rules = effects_for(_without(before.case, name, knowledge), knowledge).rules
        cards += [_conflict(call, held, name, knowledge) for held in rules if _forbids(held, name)]
    taken = {knowledge.drugs[u.id].drug_class for u in before.case.understood
             if u.kind == "drug" and u.present and not u.past and u.id in knowledge.drugs}  # fmt: skip
    rules = effects_for(alone.case, knowledge).rules
    for name in sorted(taken - set(classes)):
        cards += [_conflict(call, held, name, knowledge) for held in rules if _forbids(held, name)]
    return cards


def _without(case: Case, drug_class: str, knowledge: Knowledge) -> Case:
    """The case without one class of medicines: a supplement says nothing against itself."""
    kept = tuple(
        u
        for u in case.understood
        if not (u.id in knowledge.drugs and knowledge.drugs[u.id].drug_class == drug_class)
        and not (u.id in knowledge.factors and drug_class in knowledge.factors[u.id].drug_classes)
    )
    return msgspec.structs.replace(case, understood=kept)


def _forbids(held: SafetyRule, drug_class: str) -> bool:
    row = supplements().get(drug_class)
    return row is not None and row.nutrient in held.no_supplement and not held.everyone


def _conflict(call: Call, held: SafetyRule, drug_class: str, knowledge: Knowledge) -> dict[str, Any]:
    row = supplements()[drug_class]
    nutrient = row.nutrient.replace("_", " ")
    summary = say("hooks.supplement_summary", nutrient=nutrient.capitalize(), label=held.label)
    detail = say("hooks.supplement_detail", note=held.withhold or held.note, label=held.label, source=held.source,
                 locator=held.locator, basis=held.basis)  # fmt: skip
    tests: list[Test] = [knowledge.tests[name] for name in (row.test, "serum_creatinine") if name in knowledge.tests]
    return card(call, f"against:{held.id}:{drug_class}", summary=summary, detail=detail, indicator="warning",
                knowledge=knowledge, tests=tests)  # fmt: skip


def _monitored(call: Call, before: Reading, classes: dict[str, str], knowledge: Knowledge) -> list[dict[str, Any]]:
    cards = []
    factors = set(factors_present(before.case, knowledge))
    factors |= {name for name, (there, _) in person_factors(before.case.person, knowledge).items() if there}
    for row in monitoring():
        if row.drug_class not in classes or row.test not in knowledge.tests:
            continue
        if row.beside and not factors & set(row.beside.split("|")):
            continue
        done = last_done(before, row.test)
        if done is not None and (call.today - done).days <= row.months * _DAYS_A_MONTH:
            continue
        if call.results_since is not None and not call.knows_results_of(row.months * _DAYS_A_MONTH):
            continue  # it may have been done on a page that was not prefetched
        test = knowledge.tests[row.test]
        name = test.label[:1].lower() + test.label[1:] if test.label[1:2].islower() else test.label
        summary = say("hooks.monitor_summary", test=name, months=f"{row.months:g}", drug=classes[row.drug_class])
        detail = say("hooks.monitor_detail", why=row.why, source=row.source, locator=row.locator, basis=row.basis)
        cards.append(card(call, f"monitor:{row.drug_class}:{row.test}", summary=summary, detail=detail,
                          indicator="info", knowledge=knowledge, tests=[test]))  # fmt: skip
    return cards


SERVICES = {
    service.id: service
    for service in (
        Service(
            "repletion-patient-view",
            "patient-view",
            "Repletion: a likely shortfall that a test would settle",
            "Says something when a recent result is urgent, or when the record makes a nutrient shortfall or excess "
            "likely and a test that would settle it was not done of late. Else silent.",
            _patient_view,
        ),
        Service(
            "repletion-order-select",
            "order-select",
            "Repletion: what a draft asks to be measured",
            "Says something when a selected draft asks for a test that was not done in the last year, or when the "
            "record speaks against a drafted supplement. Else silent.",
            _order_select,
        ),
    )
}


def answer(service: Service, body: object, today: dt.date, knowledge: Knowledge | None = None) -> dict[str, Any]:
    """The answer to a call: ``{"cards": [...]}``, empty when there is nothing to do.

    Raises :class:`repletion.hooks.call.BadCall` and :class:`repletion.hooks.call.NoData`.
    """
    call = read_call(body, service.hook, today)
    return {"cards": service.answer(call, knowledge or load())}
