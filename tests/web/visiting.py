"""Somebody who fills the forms of the web app as a browser does."""

from __future__ import annotations

import html
import re

from starlette.testclient import TestClient

STORY = (
    "my left eyelid has been twitching for 3 weeks, I am tired, I take omeprazole, potassium 3.1 mmol/L, blorb flarn"
)


class Visitor:
    """Somebody filling forms: what a page's form holds goes back with the next one."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.told = ""
        self.text = ""
        self.status = 0

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        self.status, self.text = answer.status_code, answer.text
        return self.text

    def post(self, path: str, **fields: str) -> str:
        names = {name.replace("__", "."): value for name, value in fields.items()}
        sent = {"told": self.told, **names} if self.told else names
        answer = self.client.post(path, data=sent)
        self.status, self.text = answer.status_code, answer.text
        found = re.search(r'name="told" value="([^"]*)"', self.text)
        if found:
            self.told = html.unescape(found[1])
        return self.text

    @property
    def words(self) -> str:
        """The page as words."""
        text = re.sub(r"<(script|style)\b.*?</\1>", " ", self.text, flags=re.S)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
