"""SMART App Launch: a person's record, fetched from a listed FHIR server, on the person's own act.

This is the one part that makes requests.  It makes none until somebody chooses a listed server and signs in there, and
it makes them to that server and the addresses listed with it, to nobody else (:mod:`repletion.smart.net`).
"""

from __future__ import annotations

from repletion.smart.model import SmartError
from repletion.smart.records import Records, Seen
from repletion.smart.settings import Server, Settings, read_settings

__all__ = ["Records", "Seen", "Server", "Settings", "SmartError", "read_settings"]
