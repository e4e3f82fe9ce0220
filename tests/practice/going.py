"""Somebody with a browser: cookies, the token of each form, and what a browser says about where a form came from."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from repletion.practice.settings import Settings

WORD = "violet kettle orbit 42"
HERE = {"sec-fetch-site": "same-origin"}
STORY = "my left eyelid has been twitching for 3 weeks, I take omeprazole, potassium 3.1 mmol/L, I am 34"


class Browser:
    """One browser of one person."""

    def __init__(self, app: object, base: str = "http://127.0.0.1:8000") -> None:
        self.client = TestClient(app, base_url=base, follow_redirects=False)  # type: ignore[arg-type]
        self.text = ""
        self.told = ""

    def get(self, path: str, **more: object):
        answer = self.client.get(path, **more)
        return self._seen(answer)

    def post(self, path: str, *, token: str | None = None, headers: dict[str, str] | None = None, **fields: str):
        names = {name.replace("__", "."): value for name, value in fields.items()}
        if self.told and "told" not in names:
            names["told"] = self.told
        said = self.token if token is None else token
        sent = {"form_token": said, "token": self.shelf_token, **names}
        return self._seen(self.client.post(path, data=sent, headers=HERE if headers is None else headers))

    def _seen(self, answer):
        if "text/html" in answer.headers.get("content-type", ""):
            self.text = answer.text
            found = re.search(r'name="told" value="([^"]*)"', self.text)
            self.told = html.unescape(found[1]) if found else self.told
        return answer

    @property
    def token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]*)"', self.text)
        return found[1] if found else ""

    @property
    def shelf_token(self) -> str:
        found = re.search(r'name="token" value="([^"]*)"', self.text)
        return found[1] if found else self.token

    def sign_in(self, name: str, password: str, **more: str):
        self.get("/login")
        return self.post("/login", name=name, password=password, **more)

    def keep(self, name: str = "case") -> str:
        """Tell a story and keep it; the id of the entry."""
        self.told = ""
        self.get("/")
        self.post("/understood", words=STORY)
        self.post("/kept/new")
        answer = self.post("/kept", name=name)
        assert answer.status_code == 303, answer.text
        entry = answer.headers["location"].removeprefix("/kept/").partition("?")[0]
        self.told = ""
        self.get(f"/kept/{entry}")
        return entry


def settings_of(server: Any, key_file: Path, database: str, **more: object) -> Settings:
    return Settings(
        database=server.address("app", database), owner_database=server.address("maker", database),
        key_file=str(key_file), backups=str(key_file.parent / f"backups-{database}"), **more,
    )  # type: ignore[arg-type]  # fmt: skip
