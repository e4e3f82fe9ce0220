"""Two programs, or two tabs, with one file at one moment: nothing half, nothing twice, no fault."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from at_once import at_once
from repletion.keeping import Keeper, KeepError, Kept
from repletion.keeping.export import write
from repletion.web import create_app
from repletion.web.shelf import COOKIE, Shelf

DIARY = {f"Day {n}": "2 slices toast\n1 banana" for n in range(1, 6)}
ENTRY = Kept(
    id="", name="me", version=0, saved="", versions={"software": "0"}, answer={"explanations": [], "triage": {}},
    case={"text": "tired"}, diary=DIARY,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "kept.sqlite"
    with Keeper.open(file, create=True) as keeper:
        for number in range(4):
            keeper.add(msgspec.structs.replace(ENTRY, name=f"case {number}"))
    return file


def with_a_keeper(path: Path, work: Callable[[Keeper], Any]) -> Callable[[], Any]:
    """As another program does it: a connection of its own."""

    def run() -> Any:
        with Keeper.open(path) as keeper:
            return work(keeper)

    return run


def test_erasing_under_an_export_gives_all_of_an_entry_or_nothing(path: Path) -> None:
    with Keeper.open(path) as keeper:
        ids = [line.id for line in keeper.all()]
    readers = [with_a_keeper(path, lambda keeper: keeper.entries())] * 4
    erasers = [with_a_keeper(path, lambda keeper, entry=entry: keeper.erase(entry)) for entry in ids]  # type: ignore[misc]
    found = at_once([*readers, *erasers, with_a_keeper(path, lambda keeper: write(keeper.entries(), "csv"))])
    assert [one for one in found if isinstance(one, KeepError)] == []
    for entries in (one for one in found if isinstance(one, tuple)):
        assert all(kept.diary == DIARY for kept in entries)
    with Keeper.open(path) as keeper:
        assert keeper.all() == ()


def test_an_entry_that_is_erased_while_it_is_opened_is_whole_or_not_there(path: Path) -> None:
    with Keeper.open(path) as keeper:
        entry = keeper.all()[0].id
    found = at_once([
        *[with_a_keeper(path, lambda keeper: keeper.get(entry))] * 4,
        with_a_keeper(path, lambda keeper: keeper.erase(entry)),
    ])  # fmt: skip
    for one in found[:4]:
        assert "No entry has this id" in str(one) if isinstance(one, KeepError) else one.diary == DIARY


def test_two_tabs_that_keep_the_same_case_keep_two_versions(path: Path) -> None:
    ids = at_once([with_a_keeper(path, lambda keeper: keeper.add(ENTRY))] * 4)
    assert len(set(ids)) == 4
    with Keeper.open(path) as keeper:
        assert sorted(line.version for line in keeper.all() if line.name == "me") == [1, 2, 3, 4]
        one = keeper.entries()[0]
    assert at_once([with_a_keeper(path, lambda keeper: keeper.add(one))] * 3) == [one.id] * 3  # it is there already
    with Keeper.open(path) as keeper:
        assert len(keeper.all()) == 8


def test_two_forms_sent_at_once_are_both_kept(tmp_path: Path) -> None:
    """The same page, opened in two tabs and sent in one moment."""
    shelf = Shelf(tmp_path / "kept.sqlite")
    ours = {"sec-fetch-site": "same-origin"}
    with TestClient(create_app(shelf), base_url="http://127.0.0.1", follow_redirects=False, headers=ours) as web:
        web.cookies.set(COOKIE, shelf.key)
        text = web.post("/understood", data={"words": "my eyelid twitches, I am 34"}).text
        told = re.search(r'name="told" value="([^"]*)"', text)
        assert told
        sent = {"told": html.unescape(told[1]), "name": "tabs", "token": shelf.token}
        answers = at_once([lambda: web.post("/kept", data=sent)] * 2)
        assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    with Keeper.open(shelf.path) as keeper:
        assert sorted(line.version for line in keeper.all()) == [1, 2]
