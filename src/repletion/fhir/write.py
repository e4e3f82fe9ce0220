"""An answer → a bundle of drafts and proposals for a record system.  The urgency comes first."""

from __future__ import annotations

from typing import Any

import msgspec

from repletion.assessment.model import Assessment
from repletion.case.model import Case
from repletion.fhir.bundle import Version
from repletion.fhir.facts import write_lab, write_measures, write_person, write_understood
from repletion.fhir.proposals import write_conflict, write_guidance, write_plan, write_test, write_urgency
from repletion.fhir.read import Reading
from repletion.fhir.resources import BASE, Sheet
from repletion.fhir.risks import Links, write_device, write_provenance, write_risk
from repletion.knowledge import Knowledge, load
from repletion.plan.model import Plan


def write_bundle(
    found: Assessment,
    *,
    version: Version = "R4",
    reading: Reading | None = None,
    plan: Plan | None = None,
    knowledge: Knowledge | None = None,
) -> dict[str, Any]:
    """A collection Bundle: urgency, risks, conflicts, suggested tests, what is missing, sources.

    ``reading``: the record the case came from; evidence then points to its resources.  Without one the facts of the
    case are written too.  ``plan``: a food plan to propose.  Equal answers give equal bundles.
    """
    from repletion.plan.safety import effects_for
    from repletion.report.view import view_of
    from repletion.report.wording import say

    knowledge = knowledge or load()
    sheet = Sheet(version, found.fingerprint, found.on)
    facts = Sheet(version, found.fingerprint, found.on)
    device = write_device(facts, found)
    if reading is not None and reading.patient:
        subject, links = {"reference": reading.patient}, _links_to_record(found, reading, knowledge)
    else:
        subject, links = _written_facts(facts, found, knowledge)
    write_urgency(sheet, found, subject, device)
    sheet.entries += facts.entries
    view = view_of(found, "clinician")
    for item in view.shown:
        risk = write_risk(sheet, item, found, subject, device, links, knowledge)
        write_provenance(sheet, risk, item.source, found, device)
    case = Case(person=found.person, understood=found.understood, labs=found.labs)
    for rule in effects_for(case, knowledge).rules:
        if not rule.everyone:
            write_conflict(sheet, rule, found, subject, device, links)
    tests = [write_test(sheet, test, found, subject, device) for test in found.next.tests]
    if plan is not None:
        write_plan(sheet, plan, found, subject, device, tests)
    urgency = f"{say(f'urgency.{found.triage.urgency}.heading')} — {found.triage.reasons[0].label}"
    write_guidance(sheet, found, subject, device, found.issues, knowledge, urgency)
    return {
        "resourceType": "Bundle",
        "identifier": {"system": f"{BASE}:fingerprint", "value": found.fingerprint},
        "type": "collection",
        "timestamp": sheet.instant,
        "entry": sheet.entries,
    }


def bundle_text(
    found: Assessment, *, version: Version = "R4", reading: Reading | None = None, plan: Plan | None = None
) -> str:
    """:func:`write_bundle` as indented JSON, ending with a newline."""
    data = write_bundle(found, version=version, reading=reading, plan=plan)
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def _add(links: Links, name: str, reference: dict[str, str] | None) -> None:
    if reference and reference not in links.setdefault(name, []):
        links[name].append(reference)


def _names(kind: str, name: str, knowledge: Knowledge, days: float | None) -> tuple[str, ...]:
    """What a stated thing is weighed as: a medicine is weighed as the factors that it switches on."""
    return (name, *knowledge.factors_of_medicine(name, days)) if kind == "drug" else (name,)


def _links_to_record(found: Assessment, reading: Reading, knowledge: Knowledge) -> Links:
    links: Links = {}

    def there(where: str) -> dict[str, str] | None:
        reference = reading.references.get(where)
        return {"reference": reference} if reference else None

    for thing in found.understood:
        for name in _names(thing.kind, thing.id, knowledge, thing.duration_days):
            _add(links, name, there(thing.where))
    for lab in found.labs:
        _add(links, lab.test, there(lab.where))
    for name in ("older_age", "obesity", "underweight", "pregnancy", "nicotine_dependence"):
        _add(links, name, {"reference": reading.patient})
    return links


def _written_facts(sheet: Sheet, found: Assessment, knowledge: Knowledge) -> tuple[dict[str, str], Links]:
    links: Links = {}
    subject = write_person(sheet, found.person)
    measures = write_measures(sheet, found.person, subject)
    for role, names in _OF_PERSON.items():
        for name in names:
            _add(links, name, measures.get(role))
    for n, thing in enumerate(found.understood):
        written = write_understood(sheet, f"said-{n}", thing, subject, knowledge)
        for name in _names(thing.kind, thing.id, knowledge, thing.duration_days):
            _add(links, name, written)
    for n, lab in enumerate(found.labs):
        if lab.usable:
            _add(links, lab.test, write_lab(sheet, f"lab-{n}", lab, subject, knowledge))
    return subject, links


_OF_PERSON = {
    "age": ("older_age",), "weight": ("obesity", "underweight"), "height": ("obesity", "underweight"),
    "pregnancy": ("pregnancy",), "smoking": ("nicotine_dependence",), "lactation": ("lactation",),
    "menopause": ("menopause",),
}  # fmt: skip
