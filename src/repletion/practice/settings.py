"""The settings of a practice: one TOML file, and the environment over it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from repletion.errors import RepletionError

PREFIX = "REPLETION_PRACTICE_"
USUAL_PLACES = (Path("practice.toml"), Path("/etc/repletion/practice.toml"))


class SettingsError(RepletionError):
    """A setting is wrong or missing; the message names it, where it was looked for, and what fits."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting; ``docs/practice.md`` says what each means.  Secrets are best given by file or environment."""

    url: str = "http://127.0.0.1:8000"
    database: str = "sqlite:///practice.sqlite"
    owner_database: str = ""
    app_role: str = ""
    key: str = ""
    key_file: str = "practice.key"
    backups: str = "backups"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: str = "127.0.0.1"
    session_idle_minutes: int = 30
    session_hours: int = 12
    password_length: int = 12
    password_strength: int = 3
    login_tries: int = 10
    login_tries_address: int = 50
    login_minutes: int = 15
    requests_per_minute: int = 300
    most_entries: int = 5000
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_secret_file: str = ""
    oidc_name: str = "your organisation"
    oidc_scopes: str = "openid email profile"
    oidc_new_users: Literal["", "clinician", "person"] = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise SettingsError("url is the address that browsers use, as https://practice.example, without a path.")
        if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise SettingsError(
                "url must begin with https:// unless it is this machine: passwords would travel readable."
            )
        low = [
            name for name in ("session_idle_minutes", "session_hours", "login_tries", "login_tries_address",
                              "login_minutes", "requests_per_minute", "most_entries") if getattr(self, name) < 1
        ]  # fmt: skip
        if low:
            raise SettingsError(f"{low[0]} is at least 1.")
        if self.password_length < 8:
            raise SettingsError("password_length is at least 8.")
        if not 0 <= self.password_strength <= 4:
            raise SettingsError("password_strength is from 0 to 4 (of zxcvbn).")
        if self.oidc_issuer and not self.oidc_client:
            raise SettingsError("oidc_issuer needs oidc_client, the name under which the provider knows this practice.")

    @property
    def origin(self) -> str:
        """What browsers say about where a form came from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def hostname(self) -> str:
        """The name that browsers call."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_https(self) -> bool:
        """Whether cookies may be marked as for encrypted connections only."""
        return self.url.startswith("https://")


def read_settings(path: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of ``path``, else of the file named by ``REPLETION_PRACTICE_SETTINGS``, else of a usual place.

    ``REPLETION_PRACTICE_NAME`` in the environment counts over the file.  Without any file the defaults hold, which
    try it out on this machine.  Raises :class:`SettingsError`.
    """
    said = os.environ if environment is None else environment
    named = path or said.get(f"{PREFIX}SETTINGS")
    found = Path(named) if named else next((place for place in USUAL_PLACES if place.is_file()), None)
    values: dict[str, Any] = {}
    if found is not None:
        try:
            values = tomllib.loads(found.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"The settings {found} cannot be read ({error.strerror}).") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"The settings {found} are not TOML: {error}.") from None
    for name, value in said.items():
        if name.startswith(PREFIX) and name != f"{PREFIX}SETTINGS":
            values[name.removeprefix(PREFIX).lower()] = value
    known = Settings.__struct_fields__
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise SettingsError(f"There is no setting “{name}”." + (f" Did you mean “{near[0]}”?" if near else ""))
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting does not fit: {error}.") from None
