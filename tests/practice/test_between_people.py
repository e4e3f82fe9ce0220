"""Every route of both editions, taken from the applications themselves, tried by one person with the ids of another.

A route, a name in an address or a field of a form that is new is tried too, or fails here until it is said what it is.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from going import HERE, WORD

import repletion
from repletion.practice import audit
from repletion.practice.app import PAGES
from repletion.web.app import ROUTES

MARK = "Marigold"
SOURCES = [path for part in ("web", "practice") for path in (Path(repletion.__file__).parent / part).glob("*.py")]
FIELDS = sorted(
    {name for path in SOURCES for name in re.findall(r"form(?:\.get)?[(\[]\"(\w+)\"", path.read_text(encoding="utf-8"))}
)
"""Every field that a page reads."""
DOES = ("erase", "share", "take_back", "again", "compare", "keep", "disable", "role", "password", "no_codes")
"""What the buttons of pages with ids say."""
ADDRESSES = sorted(
    {(method, path) for method, path, _, _ in PAGES}
    | {(method, route.path) for route in ROUTES for method in route.methods or () if method != "HEAD"}
)
ENDS = {"/logout", "/account/erase"}
"""They end what one tries with, and name nobody else; the trials of the account have them."""
SEVERAL = ("/kept", "/account", "/admin")
"""Where a form says what is to be done."""
IDS = {"entry", "person", "errand", "key"}
PUBLIC = {"name": "hypomagnesemia", "code": "fndds:63107010"}
"""Of the knowledge and the foods, which are nobody's."""


def filled(path: str, owner: str, entry: str) -> str:
    """The address with the ids of somebody else; a name that is not known here fails."""
    ids = {"entry": entry, "person": owner, "errand": "f" * 22, "key": "x"}
    return re.sub(r"\{(\w+)\}", lambda found: {**ids, **PUBLIC}[found[1]], path)


@pytest.fixture
def owner(signed_in, kept):
    """Somebody with a case, which a colleague may read."""
    browser, friend = signed_in(), signed_in()
    browser.entry = kept(browser, MARK)
    browser.get(f"/kept/{browser.entry}/sharing")
    assert browser.post(f"/kept/{browser.entry}/sharing", do="share", reader=friend.person.id).status_code == 303
    return browser


def state(owner, practice) -> list[str]:
    """What the owner sees, without what is new on every page, and what others did to their records."""
    entry = f"/kept/{owner.entry}"
    texts = [owner.get(path).text for path in ("/kept", entry, f"{entry}/sharing", "/account")]
    with practice.house.turn() as db:
        lines = audit.lines(db, most=5000)
    done = {line.action for line in lines if line.owner == owner.person.id != line.actor}
    return [re.sub(r'value="[^"]*"', "", text) for text in texts] + sorted(done)


def hand(other, address: str, owner, do: str):
    """A form with every field that any page reads; those that could name something name what is the owner's."""
    other.get("/account")
    mine = {"token": other.shelf_token, "password": WORD, "told": "", "new": "x", "again": "y", "form": "json"}
    people = {"reader": owner.person.id, "name": owner.person.id, "yes": do}
    fields = dict.fromkeys(FIELDS, owner.entry) | people | mine | {"do": do, "form_token": other.token}
    return other.client.post(address, data=fields, headers=HERE)


@pytest.mark.parametrize("role", ["clinician", pytest.param("person", marks=pytest.mark.long)])
def test_no_route_opens_or_changes_what_is_somebody_elses(role, owner, signed_in, practice) -> None:
    other = signed_in(role)
    before = state(owner, practice)
    asked = {"entry": owner.entry, "before": owner.entry, "person": owner.person.id}
    tried = 0
    for method, path in ADDRESSES:
        if path in ENDS or path.startswith("/static"):
            continue
        address = filled(path, owner.person.id, owner.entry)
        if method == "GET":
            answers = [other.get(address, params=asked)]
        else:
            does = DOES if path.startswith(SEVERAL) and "{" in path else DOES[:1]
            answers = [hand(other, address, owner, do) for do in does]
        tried += len(answers)
        for answer in answers:
            assert answer.status_code < 500, (method, path)
            assert MARK not in answer.text, (method, path)
    assert tried > 110
    assert MARK not in other.get("/kept").text
    assert other.get("/account").status_code == 200  # it was signed in to the end
    assert state(owner, practice) == before


def test_the_fields_and_addresses_are_those_of_the_applications() -> None:
    assert {"entry", "before", "after", "reader"} <= set(FIELDS)
    assert len(ADDRESSES) > 75
    names = {name for _, path in ADDRESSES for name in re.findall(r"\{(\w+)\}", path)}
    assert names == IDS | set(PUBLIC)  # a new name in an address: say above what it stands for
