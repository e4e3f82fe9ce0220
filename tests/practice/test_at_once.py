"""Attacks that try their luck at the same moment: floods, guesses, erasing under an export, two tabs with one entry."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from going import HERE, WORD
from msgspec.structs import replace

from at_once import at_once
from repletion.keeping import KeepError
from repletion.keeping.export import write
from repletion.practice import audit
from repletion.practice.app import application, assemble
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People
from repletion.practice.settings import Settings
from repletion.practice.tables import account, diary_day, entry, subject
from repletion.practice.throttle import Throttle


def trail_is_whole(house) -> None:
    with house.turn() as db:
        assert audit.verify(db, house.vault).wrong is None


def test_guesses_at_one_moment_are_counted_one_by_one(house):
    """Sixteen at once, of which ten may: none slips through while another is being counted."""
    throttle = Throttle(house, Settings())
    assert Settings().login_tries == 10
    let = at_once([lambda: throttle.may_sign_in("at-once", "192.0.2.1")] * 16)
    assert [one for one in let if isinstance(one, KeepError)] == []
    assert sum(let) == 10
    assert not throttle.may_sign_in("at-once", "192.0.2.9")


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_a_flood_of_requests_is_let_through_to_its_limit(kind, request, tmp_path, key_file):
    """Forty requests of one address in one moment, each by a connection of its own."""
    if kind == "postgres":
        settings = request.getfixturevalue("settings")
    else:
        request.getfixturevalue("on_sqlite")
        settings = Settings(database=str(request.getfixturevalue("on_sqlite").engine.url), key_file=str(key_file))
    practice = assemble(replace(settings, requests_per_minute=7))
    app = application(practice)

    async def flood() -> tuple[list[int], list[int]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
            answers = await asyncio.gather(*(client.get("/login") for _ in range(40)))
            names = [{"cookie": f"repletion-practice=made-up-{n}"} for n in range(80)]  # each with a count of its own
            more = await asyncio.gather(*(client.get("/login", headers=name) for name in names))
        return [answer.status_code for answer in answers], [answer.status_code for answer in more]

    first, more = asyncio.run(flood())
    practice.house.close()
    assert (first.count(200), first.count(429)) == (7, 33)
    assert (more.count(200), more.count(429)) == (63, 17)  # of one address, ten times as many, whoever it says it is


def test_two_tabs_that_keep_the_same_entry_keep_two_versions_or_one(house, somebody, answered):
    """The same case by its name gets the versions 1 to 4, none twice; the same entry by its id is kept once."""
    me = somebody()
    keeper = PracticeKeeper(house, me, 100)
    ids = at_once([lambda: keeper.save(*answered, name="mine")] * 4)
    assert len({one for one in ids if isinstance(one, str)}) == 4
    assert sorted(line.version for line in keeper.own()) == [1, 2, 3, 4]
    assert {line.name for line in keeper.own()} == {"mine"}
    other = PracticeKeeper(house, somebody(), 100)
    one = keeper.entries()[0]
    assert at_once([lambda: other.add(one)] * 4) == [one.id] * 4
    assert [line.version for line in other.own()] == [1]
    trail_is_whole(house)


def test_the_end_of_what_one_person_keeps_holds_at_one_moment(house, somebody, answered):
    keeper = PracticeKeeper(house, somebody(), 2)
    found = at_once([lambda: keeper.save(*answered, name="mine")] * 5)
    assert sum(isinstance(one, str) for one in found) == 2
    assert len(keeper.own()) == 2


def test_erasing_under_an_export_gives_all_of_an_entry_or_nothing(house, somebody, answered):
    """Somebody erases everything while it is exported, and while an administrator exports it too."""
    me = somebody()
    keeper = PracticeKeeper(house, me, 100)
    for number in range(3):
        keeper.save(*answered, name=f"case {number}")
    whole = len(keeper.entries()[0].diary)
    found = at_once([
        keeper.entries, keeper.entries, lambda: write(keeper.entries(audit.SYSTEM), "json"), keeper.erase_everything,
        keeper.entries,
    ])  # fmt: skip
    for entries in (one for one in found if isinstance(one, tuple)):
        assert len(entries) in {0, 3}  # before it or after it, never between
        assert all(len(kept.diary) == whole and kept.answer["explanations"] for kept in entries)
    assert [one for one in found if isinstance(one, KeepError)] == []
    assert keeper.entries() == ()


def test_an_account_that_is_erased_while_it_keeps_leaves_nothing(house, somebody, answered):
    me = somebody()
    keeper = PracticeKeeper(house, me, 100)
    people = People(house, Settings())

    def keep() -> Any:
        try:
            return keeper.save(*answered, name="late")
        except Exception as error:  # its owner is gone: the database refuses it
            assert type(error).__name__ in {"IntegrityError", "KeepError"}
            return None

    at_once([keep, lambda: people.erase(me), keep, keeper.own, keep])
    with house.turn(me.id, everything=True) as db:
        for table, column in ((account, "id"), (subject, "owner"), (entry, "owner"), (diary_day, "owner")):
            assert not db.execute(table.select().where(table.c[column] == me.id)).first(), table.name
    trail_is_whole(house)


def test_two_administrators_cannot_take_each_other_away_at_once(house, somebody):
    people = People(house, Settings())
    for person in people.all():
        if person.role == "admin" and person.name != "root":
            people.erase(person)
    one, two = people.named("root"), somebody("admin")
    found = at_once([lambda: people.disable(one), lambda: people.disable(two)])
    assert sum(isinstance(said, KeepError) for said in found) == 1
    for person in (one, two):
        people.enable(person)
    people.erase(two)
    trail_is_whole(house)


def test_a_form_that_two_tabs_send_at_once_is_kept_by_both_or_refused_in_words(app, signed_in):
    """The same page, opened twice and sent twice in one moment: two versions of one case, in the order of the trail."""
    browser = signed_in()
    browser.get("/")
    browser.post("/understood", words="my eyelid twitches, I am 34")
    browser.post("/kept/new")
    sent = {"form_token": browser.token, "token": browser.shelf_token, "told": browser.told, "name": "tabs"}
    cookies = dict(browser.client.cookies)

    async def twice() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000", cookies=cookies, headers=HERE
        ) as client:
            return list(await asyncio.gather(*(client.post("/kept", data=sent) for _ in range(2))))

    answers = asyncio.run(twice())
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 2
    shown = browser.get("/kept").text
    assert shown.count("tabs") >= 2 and WORD not in shown
