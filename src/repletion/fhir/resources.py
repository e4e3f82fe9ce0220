"""Small pieces that every written resource is made of, and where FHIR R4 and R5 differ in them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from repletion.fhir.bundle import Version
from repletion.knowledge.models import Codes
from repletion.knowledge.records import addresses

BASE = "urn:repletion"
"""Addresses of what has no web address: our own codes, our Questionnaire, the module that answers."""
SUBJECT = f"{BASE}:subject"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_SYSTEMS = (("hpo", "HPO"), ("icd10cm", "ICD-10-CM"), ("snomed", "SNOMED CT"))


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    """A Coding; ``system`` by the name used here, or an address."""
    found = {"system": addresses().get(system, system), "code": code}
    return found | {"display": display} if display else found


def concept(text: str, *codings: dict[str, str]) -> dict[str, Any]:
    """A CodeableConcept that always has words."""
    return ({"coding": list(codings)} if codings else {}) | {"text": text}


def coded(text: str, codes: Codes | None, own: str = "") -> dict[str, Any]:
    """A concept with the codes of a subject of the knowledge base and, last, our own id."""
    found = [coding(name, value) for key, name in _SYSTEMS if codes and (value := getattr(codes, key))]
    if own:
        found.append(coding(SUBJECT, own))
    return concept(text, *found)


def status(system: str, code: str) -> dict[str, Any]:
    """A concept of one of FHIR's own code systems."""
    return {"coding": [coding(f"{TERMINOLOGY}/{system}", code)]}


@dataclass
class Sheet:
    """The bundle being written: release, seed of the addresses, day, and its entries in order."""

    version: Version
    seed: str
    on: str
    entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def instant(self) -> str:
        """The day as an instant: its beginning in UTC, so that equal answers give equal bundles."""
        return f"{self.on}T00:00:00Z"

    @property
    def is_r5(self) -> bool:
        """Whether R5 is written."""
        return self.version == "R5"

    def address(self, key: str) -> str:
        """The address of the entry ``key``, the same for the same answer."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{BASE}:{self.seed}:{key}')}"

    def add(self, key: str, resource: dict[str, Any]) -> dict[str, str]:
        """Add a resource; returns a Reference to it."""
        kept = {name: value for name, value in resource.items() if value not in (None, "", [], {})}
        self.entries.append({"fullUrl": self.address(key), "resource": kept})
        return {"reference": self.address(key)}

    def codeable(self, value: dict[str, Any]) -> dict[str, Any]:
        """A CodeableConcept where R5 has a CodeableReference."""
        return {"concept": value} if self.is_r5 else value

    def reasons(self, *texts: str) -> dict[str, Any]:
        """Reasons of a request in words."""
        found = [concept(text) for text in texts if text]
        if not found:
            return {}
        return {"reason": [{"concept": c} for c in found]} if self.is_r5 else {"reasonCode": found}
