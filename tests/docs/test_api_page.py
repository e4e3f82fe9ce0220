"""The page of the interface: it names every address and problem, and what it tells people to type works."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from repletion.api import create_api, routes
from repletion.api.problems import STATUS
from repletion.api.turns import Turns

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = [block.replace("\\\n", " ").strip() for block in re.findall(r"```sh\n(curl .*?)```", PAGE, re.S)]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    patch = pytest.MonkeyPatch()
    patch.setattr(routes, "plans", Turns(places=1, waiting=4, wait=60.0))  # here, not in a process of their own
    yield TestClient(create_api(), raise_server_exceptions=False)
    patch.undo()


def asked(line: str) -> tuple[str, str, dict[str, str], str | None]:
    """Method, address, headers and body of a curl line."""
    words = shlex.split(line)[1:]
    headers, body, address = {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        elif word != "-s":
            address = word.removeprefix("localhost:8000")
    return "GET" if body is None else "POST", address, headers, body


@pytest.mark.parametrize("line", CALLS)
def test_every_curl_line_is_answered(client: TestClient, line: str) -> None:
    method, address, headers, body = asked(line)
    found = client.request(method, address, headers=headers, content=body)
    assert found.status_code == 200, found.text
    if "Accept" not in headers:
        assert json.loads(found.content)


def test_every_address_has_a_heading_and_every_heading_an_address(client: TestClient) -> None:
    described: dict[str, Any] = client.get("/v1/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, item in described.items() for method in item}
    assert set(re.findall(r"^### ((?:GET|POST) \S+)$", PAGE, re.M)) == there
    assert {asked(line)[0] for line in CALLS} == {"GET", "POST"}
    assert len(CALLS) >= len(there)


def test_every_problem_has_a_heading_with_its_status() -> None:
    headings = dict(re.findall(r"^### ([a-z-]+)\n\n(\d{3})\.", PAGE, re.M))
    assert headings == {name.replace("_", "-"): str(status) for name, status in STATUS.items()}


def test_the_client_of_the_page_is_typed_and_works(client: TestClient) -> None:
    definitions, use = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names: dict[str, Any] = {}
    exec(compile(definitions, "docs/api.md", "exec"), names)
    typed = names["Client"](client)
    found = typed.assess({"text": "one side of my face drooped"})
    assert found.triage.urgency == "emergency"
    assert set(found.leading) == {e.id for e in found.explanations if e.prior_claims} | {"none_of_these"}
    whole = typed.assess({"text": "tired"}, full=True)
    assert all(e.prior_claims for e in whole.explanations if e.id != "none_of_these")
    ended = names["interview"](typed, "my eyelid twitches", {"age": "41", "sex": "female"})
    assert ended.stop.reason in {"settled", "nothing_left", "most"}
    with pytest.raises(names["NotAnswered"], match=r"answers"):
        typed.next_question({"text": "tired"}, [names["Given"](id="x" * 300)])
    assert "Client(" in use
    compile(use, "docs/api.md", "exec")
