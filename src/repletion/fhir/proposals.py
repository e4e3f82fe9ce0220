"""Urgency, conflicts, tests, the plan and what is missing → drafts and proposals; nothing is an order."""

from __future__ import annotations

from typing import Any, Literal

from repletion.assessment.model import Assessment, TestSuggestion, Together
from repletion.errors import Issue
from repletion.fhir.resources import BASE, SUBJECT, Sheet, coding, concept
from repletion.fhir.risks import Links
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Urgency
from repletion.plan.data import SafetyRule
from repletion.plan.model import Plan
from repletion.report.orders import order_name

Severity = Literal["high", "moderate", "low"]
SEVERITY: dict[Urgency, Severity] = {
    "emergency": "high", "same_day": "high", "same_week": "moderate", "routine": "low", "self_care": "low",
}  # fmt: skip
PRIORITY: dict[Urgency, str] = {
    "emergency": "stat", "same_day": "asap", "same_week": "urgent", "routine": "routine", "self_care": "routine",
}  # fmt: skip
QUESTIONNAIRE = f"{BASE}:questionnaire"
_LEVELS = {"note": "information", "warning": "warning", "error": "error"}


def write_urgency(sheet: Sheet, found: Assessment, subject: dict[str, str], device: dict[str, str]) -> dict[str, str]:
    """How soon to be seen, and why: the first entry of every bundle."""
    from repletion.report.wording import say

    urgency = found.triage.urgency
    lead, *others = found.triage.reasons
    said = [
        lead.clinician or lead.message,
        *(f"{reason.label}: {reason.clinician or reason.message}" for reason in others),
    ]
    said += found.triage.not_assessed
    heard = [{"detail": [{"display": words}]} for words in lead.evidence if words]
    body: dict[str, Any] = {
        "resourceType": "DetectedIssue", "status": "preliminary", "severity": SEVERITY[urgency],
        "code": concept(f"{say(f'urgency.{urgency}.heading')} — {lead.label}", coding(f"{BASE}:urgency", urgency)),
        "identifiedDateTime": found.on, "author": device, "detail": "\n".join(said), "evidence": heard,
    }  # fmt: skip
    return sheet.add("urgency", body | _about(sheet, subject))


def _about(sheet: Sheet, subject: dict[str, str]) -> dict[str, Any]:
    return {"subject" if sheet.is_r5 else "patient": subject}


def _plainly(nutrient: str) -> str:
    """A nutrient's id as words: "vitamin B12"."""
    words = nutrient.split("_")
    pairs = zip(("", *words), words, strict=False)
    return " ".join(word.upper() if before == "vitamin" else word for before, word in pairs)


def write_conflict(
    sheet: Sheet, rule: SafetyRule, found: Assessment, subject: dict[str, str], device: dict[str, str], links: Links
) -> None:
    """A food, nutrient or supplement that a condition, medicine or result speaks against."""
    named = (*rule.drugs, *rule.factors, *rule.states, *rule.findings, *rule.high, *rule.low)
    implicated = [link for name in named for link in links.get(name, ())]
    parts = []
    if rule.no_supplement:
        parts.append(f"No supplement of: {', '.join(map(_plainly, rule.no_supplement))}.")
    if rule.cap or rule.band:
        parts.append(f"To be kept near what it is: {', '.join(map(_plainly, [*rule.cap, *rule.band]))}.")
    severity: Severity = (
        "high" if rule.withhold else "moderate" if rule.no_supplement or rule.cap or rule.band else "low"
    )
    body: dict[str, Any] = {
        "resourceType": "DetectedIssue", "status": "preliminary", "severity": severity,
        "code": concept(f"Food and supplements with {rule.label}", coding(f"{BASE}:safety-rule", rule.id)),
        "identifiedDateTime": found.on, "author": device,
        "implicated": list({link["reference"]: link for link in implicated}.values()),
        "detail": " ".join([rule.withhold or rule.note, *parts]).strip(),
        "evidence": [{"code": [concept(f"{rule.source}: {rule.locator} ({rule.basis})")]}],
    }  # fmt: skip
    sheet.add(f"conflict-{rule.id}", body | _about(sheet, subject))


def write_test(
    sheet: Sheet, test: TestSuggestion, found: Assessment, subject: dict[str, str], device: dict[str, str]
) -> dict[str, str]:
    """A test worth having, as a proposal that somebody has to turn into an order."""
    codes = test.panel_loinc if test.together and test.panel_loinc else test.loinc
    named = concept(order_name(test, lay=False), *(coding("LOINC", code) for code in codes), coding(SUBJECT, test.id))
    body: dict[str, Any] = {
        "resourceType": "ServiceRequest", "status": "draft", "intent": "proposal", "code": sheet.codeable(named),
        "priority": PRIORITY[found.triage.urgency], "subject": subject, "authoredOn": found.on, "requester": device,
        "note": [{"text": caveat.text} for caveat in test.caveats],
    }  # fmt: skip
    return sheet.add(f"test-{test.id}", body | sheet.reasons(test.why))


def write_plan(
    sheet: Sheet,
    plan: Plan,
    found: Assessment,
    subject: dict[str, str],
    device: dict[str, str],
    tests: list[dict[str, str]],
) -> None:
    """The food plan as a NutritionOrder proposal, and a CarePlan proposal that joins it with the tests."""
    said = [
        f"{change.household} {change.food}" if change.kind != "out" else f"no {change.food}" for change in plan.changes
    ]
    activities = [_activity(sheet, test) for test in tests]
    if said:
        order: dict[str, Any] = {
            "resourceType": "NutritionOrder", "status": "draft", "intent": "proposal", "dateTime": found.on,
            "oralDiet": {"type": [concept(plan.headline)], "instruction": "; ".join(said)},
            "excludeFoodModifier": [concept(word) for word in plan.without],
            "note": [{"text": note} for note in plan.notes],
        }  # fmt: skip
        who = {"subject" if sheet.is_r5 else "patient": subject}
        activities.insert(0, _activity(sheet, sheet.add("diet", order | who)))
    times = [f"{e.label}: {e.time_course.text}" for e in found.explanations[:3] if e.time_course]
    body: dict[str, Any] = {
        "resourceType": "CarePlan", "status": "draft", "intent": "proposal", "title": "Food plan", "subject": subject,
        "created": found.on, "description": " ".join([plan.headline, *plan.care]), "activity": activities,
        "note": [{"text": text} for text in (*times, *(unmet.text for unmet in plan.unmet))],
    }  # fmt: skip
    body["custodian" if sheet.is_r5 else "author"] = device
    sheet.add("plan", body)


def _activity(sheet: Sheet, reference: dict[str, str]) -> dict[str, Any]:
    return {"plannedActivityReference" if sheet.is_r5 else "reference": reference}


def write_guidance(
    sheet: Sheet, found: Assessment, subject: dict[str, str], device: dict[str, str], issues: tuple[Issue, ...],
    knowledge: Knowledge, issue_text: str,
) -> None:  # fmt: skip
    """The envelope: that the module answered, what it could not read, and which data would tell more."""
    wanted = _wanted(found, knowledge)
    body: dict[str, Any] = {
        "resourceType": "GuidanceResponse", "status": "data-requested" if wanted else "success",
        "moduleUri": f"{BASE}:assess", "subject": subject, "occurrenceDateTime": sheet.instant, "performer": device,
        "note": [{"text": issue_text}, *({"text": text} for text in found.not_considered)], "dataRequirement": wanted,
    }  # fmt: skip
    if issues:
        outcome = sheet.add("issues", operation_outcome(issues))
        body["evaluationMessage"] = outcome if sheet.is_r5 else [outcome]
    sheet.add("guidance", body)


def _wanted(found: Assessment, knowledge: Knowledge) -> list[dict[str, Any]]:
    wanted: list[dict[str, Any]] = []
    for question in found.next.questions:
        link = coding(QUESTIONNAIRE, f"{question.kind}/{question.id}", question.question)
        wanted.append({"type": "QuestionnaireResponse", "codeFilter": [{"path": "item.linkId", "code": [link]}]})
    parts: list[Together | TestSuggestion] = []
    for order in found.next.tests:
        parts += [order, *order.together]
    for test in parts:
        codes = [coding("LOINC", code, test.label) for code in test.loinc]
        codes = codes or [coding(SUBJECT, test.id, test.label)]
        wanted.append({"type": "Observation", "codeFilter": [{"path": "code", "code": codes}]})
    return wanted


def operation_outcome(issues: tuple[Issue, ...]) -> dict[str, Any]:
    """What was not, or only partly, read."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": _LEVELS[i.level], "code": "informational" if i.level == "note" else "not-supported",
             "diagnostics": f"{i.message} {i.remedy}".strip(), **({"expression": [i.where]} if i.where else {})}
            for i in issues
        ],
    }  # fmt: skip
