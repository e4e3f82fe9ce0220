"""Sign-ins that have begun and records that were read: in the memory of this process, for minutes, for one browser."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from repletion.errors import Issue
from repletion.smart.gathering import SEARCHES, Tell, gather, nobody
from repletion.smart.launch import Grant, Pending, begin, finish, same
from repletion.smart.model import SmartError
from repletion.smart.net import Line, Transport, ready
from repletion.smart.settings import Server, Settings

if TYPE_CHECKING:
    from repletion.fhir import Reading

PENDING_SECONDS = 600.0
SEEN_SECONDS = 1800.0
MOST_PENDING = 500
MOST_SEEN = 100


@dataclass
class Seen:
    """A record that was read.  ``token``: what a form must bring that changes it.  ``grant``: only to write back."""

    server: Server
    bundle: dict[str, Any] = field(repr=False)
    reading: Reading
    issues: tuple[Issue, ...]
    grant: Grant | None = field(repr=False)
    until: float
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    written: int = 0
    words: str = field(default="", repr=False)

    @property
    def may_write(self) -> bool:
        """Whether what is worked out may be written back now."""
        return self.grant is not None and self.grant.may_write and time.monotonic() < self.grant.until


class Records:
    """Everything that is under way.  Raises :class:`SmartError` with words for the person.

    ``transport`` stands in for the network in tests; ``clock`` for :func:`time.monotonic`.
    """

    def __init__(
        self,
        settings: Settings,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        ready()
        self.settings = settings
        self._transport, self._clock = transport, clock
        self._pending: dict[str, Pending] = {}
        self._seen: dict[str, Seen] = {}
        self._lock = Lock()

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https."""
        return self.settings.callback.startswith("https:")

    def start(self, server: Server, *, launch: str = "", writes: bool = False) -> tuple[str, str]:
        """Begin a sign-in: the address to go to, and what the browser must bring back."""
        with Line(server, self._transport) as line:
            pending, address = begin(line, self.settings.callback, launch=launch, writes=writes)
        with self._lock:
            self._tidy()
            if len(self._pending) >= MOST_PENDING:
                raise SmartError("Too many are signing in at the moment.", "Try again in a few minutes.")
            self._pending[pending.state] = replace(pending, began=self._clock())
        return address, pending.browser

    def finish(self, answer: Mapping[str, str], browser: str, tell: Tell = nobody, key: str = "") -> str:
        """Read the record for what the browser brought back; the key under which this browser sees it.

        ``tell`` hears how far it is; where it raises, nothing is held.  ``key``: one that is known before, else new.
        """
        from repletion.fhir import RecordError, read_bundle

        with self._lock:
            self._tidy()
            pending = self._pending.pop(answer.get("state", ""), None)  # an answer counts once
        if pending is None or not browser or not same(pending.browser, browser):
            raise SmartError("This answer belongs to no sign-in that was begun in this browser; it was not used.",
                             "Start again. A sign-in must be finished within ten minutes.")  # fmt: skip
        with Line(pending.server, self._transport) as line:
            grant = finish(line, pending, self.settings.callback, answer)
            bundle, issues = gather(line, grant, tell)
        try:
            reading = read_bundle(bundle)
        except RecordError as error:
            raise SmartError(f"The record of {pending.server.name} could not be read. {error}", "") from None
        kept = grant if pending.writes and grant.may_write else None  # a token that is not needed is not kept
        key = key or secrets.token_urlsafe(32)
        tell(len(SEARCHES), len(SEARCHES), len(bundle["entry"]))
        with self._lock:
            while len(self._seen) >= MOST_SEEN:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = Seen(pending.server, bundle, reading, tuple(issues), kept, self._clock() + SEEN_SECONDS)
        return key

    def seen(self, key: str) -> Seen | None:
        """The record that this browser may see."""
        with self._lock:
            self._tidy()
            return self._seen.get(key)

    def tell(self, seen: Seen, words: str) -> None:
        """Read the record again with what the person says in words beside it; that is never sent anywhere."""
        from repletion.fhir import read_bundle

        answer = {"linkId": "complaint", "answer": [{"valueString": words}]}
        said = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [answer]}
        more = [{"resource": said}] if words else []
        seen.reading = read_bundle({**seen.bundle, "entry": [*seen.bundle["entry"], *more]})
        seen.words = words

    def forget(self, key: str) -> None:
        """Drop a record and its permission."""
        with self._lock:
            self._seen.pop(key, None)

    def write(self, seen: Seen, bundle: dict[str, Any]) -> int:
        """Create the RiskAssessments of an answer at the server, as preliminary, if asked and granted; how many."""
        if not seen.may_write or seen.grant is None:
            raise SmartError(f"{seen.server.name} does not grant writing now.", "Start again and ask for it.")
        done = 0
        with Line(seen.server, self._transport) as line:
            for entry in bundle.get("entry", ()):
                one = entry.get("resource", {})
                if one.get("resourceType") != "RiskAssessment":
                    continue
                status, _ = line.post(f"{seen.server.base}/RiskAssessment", body=alone(one), token=seen.grant.token)
                if status not in (200, 201):
                    raise SmartError(f"{seen.server.name} did not take it (status {status}); {done} were written.")
                done += 1
        seen.written, seen.grant = done, None
        return done

    def _tidy(self) -> None:
        now = self._clock()
        self._pending = {s: p for s, p in self._pending.items() if now - p.began < PENDING_SECONDS}
        self._seen = {key: one for key, one in self._seen.items() if now < one.until}


def alone(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource without references into the bundle it was written in; only the record's own stay."""
    kept = {key: value for key, value in resource.items() if key not in {"performer", "basis", "id"}}
    basis = [one for one in resource.get("basis", ()) if not str(one.get("reference", "")).startswith("urn:")]
    return kept | ({"basis": basis} if basis else {})
