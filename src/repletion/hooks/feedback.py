"""What became of cards: counts in memory, by service; no card, no person, no words."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Any

from repletion.hooks.call import BadCall
from repletion.hooks.cards import OVERRIDES

_KNOWN = {code for code, _ in OVERRIDES}
_MOST = 1000


class Feedback:
    """Counts since the start of the server."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def take(self, service: str, body: object) -> int:
        """Count one feedback call; returns how many cards it spoke of.  Raises :class:`BadCall`."""
        entries = body.get("feedback") if isinstance(body, dict) else None
        if not isinstance(entries, list) or not entries or len(entries) > _MOST:
            raise BadCall(f"“feedback” must be a list of 1 to {_MOST} entries.")
        taken: list[str] = []
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("card"), str):
                raise BadCall("Each entry needs “card”, the uuid of a card.")
            outcome = entry.get("outcome")
            if outcome not in ("accepted", "overridden"):
                raise BadCall("“outcome” must be accepted or overridden.")
            if outcome == "accepted" and not _suggestions(entry.get("acceptedSuggestions")):
                raise BadCall("“acceptedSuggestions” must be a list of {id}.")
            taken.append(str(outcome))
            code = _reason(entry.get("overrideReason"))
            if code is not None:
                taken.append(f"because {code if isinstance(code, str) and code in _KNOWN else 'other'}")
        with self._lock:
            self._counts.update((service, what) for what in taken)
        return len(entries)

    def counts(self) -> dict[str, dict[str, int]]:
        """Counts by service and outcome."""
        with self._lock:
            found: dict[str, dict[str, int]] = {}
            for (service, what), n in sorted(self._counts.items()):
                found.setdefault(service, {})[what] = n
            return found


def _suggestions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(v, dict) and isinstance(v.get("id"), str) for v in value)
    )


def _reason(value: Any) -> Any:
    """The code of an override reason, when there is one."""
    reason = value.get("reason") if isinstance(value, dict) else None
    return reason.get("code") if isinstance(reason, dict) else None
