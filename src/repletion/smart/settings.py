"""Which FHIR servers a record may be fetched from: a file of the operator; without it nothing is ever requested."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from repletion.smart.model import SmartError

_KEYS = {"name", "base", "client_id", "secret_file", "key_file", "key_id", "algorithm", "also", "scope", "write"}
ALGORITHMS = ("ES384", "RS384")
"""Signatures of a client's own key that SMART App Launch names."""


def is_local(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def origin_of(address: str) -> str:
    """Scheme, host and port of an address that may be requested, in one spelling.

    Raises :class:`SmartError` for what is no plain https address (http on this machine only).
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if (
        not host
        or parts.username is not None
        or parts.password is not None
        or "\\" in address
        or address != address.strip()
    ):
        raise SmartError(f"“{address[:80]}” is no address of a server.", "")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local(host)):
        raise SmartError(f"“{address[:80]}” is not https.", "Only this machine may be called without it.")
    usual = 443 if parts.scheme == "https" else 80
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{port or usual}"


@dataclass(frozen=True)
class Server:
    """One listed server.

    ``base``: its FHIR address without a slash at the end.  ``also``: origins of its authorization server, where that
    lies elsewhere.  ``secret`` or ``key`` (PEM): how a confidential client shows who it is; none: a public client.
    ``write``: whether RiskAssessments may be written back when a person asks for it.
    """

    name: str
    base: str
    client_id: str
    also: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    key_id: str = ""
    algorithm: str = "ES384"
    scope: str = ""
    write: bool = False

    @property
    def origins(self) -> frozenset[str]:
        """Everything that may be requested for this server."""
        return frozenset({origin_of(self.base), *self.also})


@dataclass(frozen=True)
class Settings:
    """``callback``: the address of ``/record/callback`` as it is registered at the servers."""

    callback: str
    servers: tuple[Server, ...]

    def named(self, name: str) -> Server | None:
        """The server of this name."""
        return next((server for server in self.servers if server.name == name), None)

    def at(self, base: str) -> Server | None:
        """The server with this FHIR address."""
        return next((server for server in self.servers if server.base == base.rstrip("/")), None)


def read_settings(path: str | Path) -> Settings:
    """The file: ``{"callback": ADDRESS, "servers": [{"name", "base", "client_id", ...}]}``.

    Raises :class:`SmartError` naming the place of what is wrong.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SmartError(f"{path} could not be read: {error.strerror}.", "Name the file of listed servers.") from None
    except (ValueError, RecursionError) as error:
        raise SmartError(f"{path} is no JSON: {error}.", "") from None
    servers = data.get("servers") if isinstance(data, dict) else None
    if not isinstance(servers, list) or not servers or not isinstance(data.get("callback"), str):
        raise SmartError(f"{path} needs “callback” and a list “servers”.", "See docs/smart.md.")
    callback = data["callback"]
    origin_of(callback)
    if urlsplit(callback).path != "/record/callback" or urlsplit(callback).query:
        raise SmartError(f"{path}: “callback” must end with /record/callback.", "")
    found = tuple(_server(entry, f"{path}: servers[{n}]", path.parent) for n, entry in enumerate(servers))
    for unique in ("name", "base"):
        if len({getattr(server, unique) for server in found}) < len(found):
            raise SmartError(f"{path}: two servers have the same {unique}.", "")
    return Settings(callback, found)


def _server(entry: Any, where: str, folder: Path) -> Server:
    if not isinstance(entry, dict):
        raise SmartError(f"{where} must be an object.", "")
    if unknown := sorted(set(entry) - _KEYS):
        raise SmartError(f"{where} has unknown fields: {', '.join(unknown)}.", f"Known: {', '.join(sorted(_KEYS))}.")
    for key in ("name", "base", "client_id"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise SmartError(f"{where} needs “{key}”.", "")
    also = entry.get("also", [])
    if not isinstance(also, list) or not all(isinstance(one, str) for one in also):
        raise SmartError(f"{where}: “also” must be a list of addresses.", "")
    if "secret_file" in entry and "key_file" in entry:
        raise SmartError(f"{where} has a secret and a key.", "Give one of them.")
    algorithm = entry.get("algorithm", "ES384")
    if algorithm not in ALGORITHMS:
        raise SmartError(f"{where}: “algorithm” must be one of {', '.join(ALGORITHMS)}.", "")
    base = entry["base"].rstrip("/")
    if urlsplit(base).query or urlsplit(base).fragment:
        raise SmartError(f"{where}: “base” must have no query.", "")
    origin_of(base)
    return Server(
        name=entry["name"].strip(), base=base, client_id=entry["client_id"],
        also=tuple(origin_of(one) for one in also),
        secret=_text(entry.get("secret_file"), where, folder), key=_text(entry.get("key_file"), where, folder),
        key_id=str(entry.get("key_id", "")), algorithm=algorithm, scope=str(entry.get("scope", "")),
        write=entry.get("write") is True,
    )  # fmt: skip


def _text(name: Any, where: str, folder: Path) -> str:
    """The content of a file beside the settings; secrets stand in files of their own."""
    if name is None:
        return ""
    try:
        return (folder / str(name)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SmartError(f"{where}: {name} could not be read ({error}).", "") from None
