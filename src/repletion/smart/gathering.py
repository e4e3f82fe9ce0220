"""The resources of one patient as a bundle: one search for each kind that is read, page by page, within limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

from repletion.errors import Issue
from repletion.fhir.bundle import MOST_ENTRIES, items
from repletion.smart.launch import Grant
from repletion.smart.model import Expired, SmartError
from repletion.smart.net import FHIR, Line
from repletion.smart.settings import origin_of

MOST_PAGES = 40
"""Pages of one search."""
A_PAGE = 200
SEARCHES = (
    ("Observation", f"category=laboratory&_sort=-date&_count={A_PAGE}"),
    ("Observation", f"category=vital-signs&_sort=-date&_count={A_PAGE}"),
    ("Observation", f"category=social-history&_sort=-date&_count={A_PAGE}"),
    ("Condition", f"_count={A_PAGE}"),
    ("MedicationRequest", f"_include=MedicationRequest:medication&_count={A_PAGE}"),
    ("MedicationStatement", f"_include=MedicationStatement:medication&_count={A_PAGE}"),
    ("AllergyIntolerance", f"_count={A_PAGE}"),
    ("Procedure", f"_count={A_PAGE}"),
    ("FamilyMemberHistory", f"_count={A_PAGE}"),
    ("QuestionnaireResponse", f"_count={A_PAGE}"),
    ("NutritionIntake", f"_count={A_PAGE}"),
)
"""What is asked for beside the Patient: a kind and the rest of the query."""
Tell = Callable[[int, int, int], None]
"""Hears how many of how many questions are answered, and how many resources are there; may raise to end it."""


def nobody(_done: int, _of: int, _resources: int) -> None:
    """Where nobody listens."""


def gather(line: Line, grant: Grant, tell: Tell = nobody) -> tuple[dict[str, Any], list[Issue]]:
    """A searchset bundle of the patient's resources, each once, and what could not be had.

    Raises :class:`SmartError` when the patient cannot be read, :class:`Expired` when the permission runs out.
    """
    base, who = line.server.base, grant.patient
    status, person = line.get(f"{base}/Patient/{who}", token=grant.token, kind=FHIR)
    if status != 200 or not isinstance(person, dict) or person.get("resourceType") != "Patient":
        raise SmartError(f"{line.server.name} gives no Patient for the one who was chosen (status {status}).")
    if person.get("id") != who:
        raise SmartError(f"{line.server.name} gives another Patient than the one who was chosen; nothing was read.")
    resources: dict[tuple[str, str], dict[str, Any]] = {("Patient", who): person}
    issues: list[Issue] = []
    for done, (kind, more) in enumerate(SEARCHES):
        look = partial(tell, done, len(SEARCHES))
        _search(line, grant, kind, f"{base}/{kind}?patient={who}&{more}", resources, issues, look)
    tell(len(SEARCHES), len(SEARCHES), len(resources))
    entries = [{"fullUrl": f"{base}/{kind}/{own}", "resource": one} for (kind, own), one in resources.items()]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}, issues


def _search(
    line: Line,
    grant: Grant,
    kind: str,
    address: str,
    resources: dict[tuple[str, str], dict[str, Any]],
    issues: list[Issue],
    look: Callable[[int], None],
) -> None:
    seen: set[str] = set()
    while address:
        look(len(resources))
        if time.monotonic() >= grant.until:
            raise Expired(f"The permission of {line.server.name} ran out while the record was read.",
                          "Start again; nothing was kept.")  # fmt: skip
        if address in seen or len(seen) >= MOST_PAGES or len(resources) >= MOST_ENTRIES:
            why = "its pages lead back to one another" if address in seen else "there are more than are read"
            _say(
                issues, kind, f"Not all of {kind} was read: {why}.", "The newest were read first; add what is missing."
            )
            return
        seen.add(address)
        status, page = line.get(address, token=grant.token, kind=FHIR)
        if status != 200 or not isinstance(page, dict) or page.get("resourceType") != "Bundle":
            if status in (403, 404) or (status == 400 and len(seen) == 1):
                _say(issues, kind, f"{kind} was not granted or is not there (status {status}).",
                     "What matters of it can be added in words.", "note")  # fmt: skip
            else:
                _say(issues, kind, f"{kind} could not be read (status {status}).", "Try again, or add it in words.")
            return
        for n, entry in enumerate(items(page.get("entry"))):
            one = entry.get("resource")
            if isinstance(one, dict) and one.get("resourceType") != "OperationOutcome":
                own = one.get("id")
                named = own if isinstance(own, str) and own else f"-{len(seen)}.{n}"
                resources.setdefault((str(one.get("resourceType")), named), one)
        address = _next(line, page, address, kind, issues)


def _next(line: Line, page: dict[str, Any], address: str, kind: str, issues: list[Issue]) -> str:
    """The address of the next page: of the same server, or nothing."""
    link = next((one.get("url") for one in items(page.get("link")) if one.get("relation") == "next"), None)
    if not isinstance(link, str) or not link:
        return ""
    try:
        following = urljoin(address, link)
        own = origin_of(following) == origin_of(line.server.base) and not urlsplit(following).fragment
    except (SmartError, ValueError):  # no address at all
        following, own = "", False
    if not own:
        _say(issues, kind, f"Not all of {kind} was read: the next page lies on another server.", "Add what is missing.")
        return ""
    return following


def _say(issues: list[Issue], kind: str, message: str, remedy: str, level: Any = "warning") -> None:
    issues.append(Issue(level=level, where=kind, message=message, remedy=remedy))
