"""Explanations → RiskAssessment with what it rests on, and Provenance with the sources behind its numbers."""

from __future__ import annotations

from typing import Any

from repletion.assessment.model import Assessment, Explanation
from repletion.fhir.resources import BASE, Sheet, coded, concept, status
from repletion.knowledge import Knowledge
from repletion.report.items import Item

Links = dict[str, list[dict[str, str]]]
"""What was weighed (id of finding, factor, state or test) → references to the resources that say so."""


def write_risk(
    sheet: Sheet, item: Item, found: Assessment, subject: dict[str, str], device: dict[str, str], links: Links,
    knowledge: Knowledge,
) -> dict[str, str]:  # fmt: skip
    """One explanation as a RiskAssessment: percent of people like this one, as FHIR defines the decimal."""
    explanation = item.source
    state = knowledge.states.get(explanation.id)
    weighed = [link for because in explanation.because for link in links.get(because.finding, ())]
    outcome = coded(explanation.label, state.codes if state else None, explanation.id)
    predictions = [_prediction(outcome, explanation.probability, _rationale(item))]
    for level in explanation.severity:
        severe = knowledge.states.get(level.id)
        said = f"A more severe level of the same; range {100 * level.low:.2g} to {100 * level.high:.2g} %."
        predictions.append(
            _prediction(coded(level.label, severe.codes if severe else None, level.id), level.probability, said)
        )
    body = {
        "resourceType": "RiskAssessment", "status": "preliminary", "subject": subject, "occurrenceDateTime": found.on,
        "method": _method(found), "code": concept("Probability of an explanation of what was reported"),
        "performer": device, "basis": list({link["reference"]: link for link in weighed}.values()),
        "prediction": predictions, "note": _notes(explanation),
    }  # fmt: skip
    return sheet.add(f"risk-{explanation.id}", body)


def _prediction(outcome: dict[str, Any], probability: float, rationale: str) -> dict[str, Any]:
    return {"outcome": outcome, "probabilityDecimal": round(100 * probability, 2), "rationale": rationale}


def _rationale(item: Item) -> str:
    """The chance in words first: a decimal alone is read as a share by some and as percent by others."""
    moved = [f"{reason.name} ({reason.ratio}×)" for reason in (*item.raised, *item.lowered)[:6]]
    parts = [f"{item.sentence} ({item.precise}).", item.before]
    if moved:
        parts.append(f"Moved by: {'; '.join(moved)}.")
    if item.is_assumed:
        parts.append("Its starting rate is an assumption.")
    return " ".join(part for part in parts if part)


def _method(found: Assessment) -> dict[str, Any]:
    return concept(
        f"Repletion {found.versions.software}, knowledge {found.versions.knowledge}: "
        f"{'exact' if found.method.exact else 'sampled'} inference in a causal noisy-OR network; "
        f"{found.method.interval:.0%} ranges of its parameters"
    )


def _notes(explanation: Explanation) -> list[dict[str, str]]:
    texts = [explanation.definition, *(remark.text for remark in (*explanation.remarks, *explanation.safety))]
    return [{"text": text} for text in dict.fromkeys(texts) if text]


def write_device(sheet: Sheet, found: Assessment) -> dict[str, str]:
    """The software, as the one who says all this."""
    body: dict[str, Any] = {"resourceType": "Device", "status": "active", "type": concept("Decision support software")}
    named = [{"name" if not sheet.is_r5 else "value": "Repletion", "type": "user-friendly-name"}]
    body["name" if sheet.is_r5 else "deviceName"] = named
    body["version"] = [{"value": f"{found.versions.software} (knowledge {found.versions.knowledge})"}]
    if sheet.is_r5:
        body["type"] = [body["type"]]
    return sheet.add("device", body)


def write_provenance(
    sheet: Sheet, risk: dict[str, str], explanation: Explanation, found: Assessment, device: dict[str, str]
) -> None:
    """The claims behind one risk, each with the publication it was read in."""
    used = set(explanation.prior_claims) | {claim for because in explanation.because for claim in because.claims}
    citations = {citation.id: citation for citation in found.citations}
    entities: list[dict[str, Any]] = []
    for claim in found.claims:
        if claim.id not in used:
            continue
        where = citations[claim.source].citation if claim.source in citations else claim.source
        what: dict[str, Any] = {
            "display": f"{claim.statement} ({claim.basis}; {where}; {claim.locator})",
            "identifier": {"system": f"{BASE}:claim", "value": claim.id},
        }
        entities.append({"role": "source", "what": what})
    body = {
        "resourceType": "Provenance", "target": [risk], "recorded": sheet.instant,
        "activity": concept("Probability worked out from the evidence in the basis and the sources below"),
        "agent": [{"type": status("provenance-participant-type", "assembler"), "who": device}], "entity": entities,
    }  # fmt: skip
    sheet.add(f"provenance-{explanation.id}", body)
