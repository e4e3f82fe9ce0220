"""One call of a service: what has to be in it, and the record that its prefetched resources make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repletion.errors import RepletionError
from repletion.fhir.bundle import Version, items, sound, version_of
from repletion.fhir.medicines import KINDS
from repletion.fhir.read import Reading, read_bundle
from repletion.fhir.values import day_of

_MOST_NAME = 256


class BadCall(RepletionError):
    """The call breaks the protocol; says which field."""


class NoData(RepletionError):
    """The data that the service needs were not prefetched; no request is ever made for them."""


@dataclass(frozen=True)
class Call:
    """A checked call.  ``record``: a Bundle of what was prefetched; ``drafts``: orders that were selected.

    ``results_since``: from which day on every result is known, ``None`` when results were not prefetched at all.
    """

    instance: str
    patient: str
    record: dict[str, Any]
    drafts: tuple[dict[str, Any], ...]
    today: dt.date
    results_since: dt.date | None = None

    def knows_results_of(self, days: float) -> bool:
        """Whether every result of the last ``days`` is known: only then can one be missing."""
        return self.results_since is not None and (self.today - self.results_since).days >= days

    @property
    def version(self) -> Version:
        """The FHIR release that the client speaks, as far as its resources tell."""
        return version_of(self.record)

    def read(self, *more: dict[str, Any]) -> Reading:
        """The record as a case, with further resources."""
        entries = [*self.record["entry"], *({"resource": resource} for resource in more)]
        return read_bundle({**self.record, "entry": entries}, today=self.today)

    def read_alone(self, resource: dict[str, Any]) -> Reading:
        """The patient with one resource and nothing else."""
        entries = [self.record["entry"][0], {"resource": resource}]
        return read_bundle({**self.record, "entry": entries}, today=self.today)


def _name(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > _MOST_NAME:
        raise BadCall(f"“{key}” must be a text of 1 to {_MOST_NAME} characters.")
    return value.strip()


def read_call(body: object, hook: str, today: dt.date) -> Call:
    """A call for a service of ``hook``.

    Raises :class:`BadCall` when a required field is missing or wrong, :class:`NoData` when the patient is not there.
    """
    body = sound(body)
    if not isinstance(body, dict):
        raise BadCall("The call must be a JSON object.")
    if _name(body, "hook") != hook:
        raise BadCall(f"This service answers the hook “{hook}”.")
    instance = _name(body, "hookInstance")
    context = body.get("context")
    if not isinstance(context, dict):
        raise BadCall("“context” must be an object.")
    patient = _name(context, "patientId").removeprefix("Patient/")
    if body.get("fhirAuthorization") is not None and not isinstance(body.get("fhirServer"), str):
        raise BadCall("“fhirServer” is required beside “fhirAuthorization”.")
    prefetch = body.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        raise BadCall("“prefetch” must be an object.")
    resources = [r for value in (prefetch or {}).values() for r in _resources(value)]
    person = [r for r in resources if r.get("resourceType") == "Patient"]
    mine = [r for r in person if r.get("id", patient) == patient]
    if not mine:
        which = "is of somebody else" if person else "was not prefetched"
        raise NoData(f"The Patient of the context {which}. Answer the prefetch template “patient”.")
    rest = [r for r in resources if r.get("resourceType") != "Patient"]
    record = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": r} for r in ({**mine[0], "id": patient}, *rest)]}  # fmt: skip
    since = _results_since((prefetch or {}).get("laboratory"))
    return Call(instance, patient, record, tuple(_drafts(context, hook)), today, since)


def _results_since(value: object) -> dt.date | None:
    """From which day on the prefetched results are whole: a first page of more says nothing of what is older."""
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle":
        return None
    if not any(link.get("relation") == "next" for link in items(value.get("link"))):
        return dt.date.min
    days = [day for one in _resources(value) if (day := day_of(one.get("effectiveDateTime"))) is not None]
    return min(days, default=None)


def _resources(value: object) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict):
        return
    if value.get("resourceType") == "Bundle":
        for entry in items(value.get("entry")):
            if isinstance(entry.get("resource"), dict):
                yield entry["resource"]
    elif isinstance(value.get("resourceType"), str) and value["resourceType"] != "OperationOutcome":
        yield value


def _drafts(context: dict[str, Any], hook: str) -> Iterator[dict[str, Any]]:
    """The selected drafts of medicines."""
    if hook != "order-select":
        return
    selections, orders = context.get("selections"), context.get("draftOrders")
    if not isinstance(selections, list) or not all(isinstance(s, str) for s in selections):
        raise BadCall("“context.selections” must be a list of references.")
    if not isinstance(orders, dict) or orders.get("resourceType") != "Bundle":
        raise BadCall("“context.draftOrders” must be a Bundle.")
    wanted = {"/".join(s.split("/_history")[0].split("/")[-2:]) for s in selections}
    for order in _resources(orders):
        kind, own = order.get("resourceType"), order.get("id")
        if kind in KINDS and f"{kind}/{own}" in wanted:
            yield order


def as_taken(order: dict[str, Any]) -> dict[str, Any]:
    """A draft as if it were signed: what the record would then say."""
    return {**order, "status": "active", "intent": "order"}


def last_done(reading: Reading, test: str) -> dt.date | None:
    """The day of the newest result of a test; one without a date counts as of now: nothing is asked for twice."""
    days = [lab.date for lab in reading.case.labs if lab.test == test]
    if not days:
        return None
    return max(day or dt.date.max for day in days)
