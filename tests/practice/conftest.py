"""One PostgreSQL for the session, a database for each kind of trial, cheap passwords."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

import repletion
from repletion.practice import passwords
from repletion.practice.database import House, make
from repletion.practice.people import People, Person
from repletion.practice.settings import Settings
from repletion.practice.vault import make_key_file

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from benchmarks.postgres_server import Server, install, why_not
from going import WORD, Browser, settings_of

from repletion.practice.app import application, assemble
from repletion.practice.desk import Practice
from repletion.practice.keeper import PracticeKeeper

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
WORDS = "my eyelid has twitched for 3 weeks, five coffees a day, no weakness. I am a woman of 34"
DIARY = "Day 1\nBreakfast: 2 slices white toast\n1 cup black coffee\nDay 2\n1 medium banana"


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The full cost is tried once, in its own test."""
    full = dict(passwords.COST)
    passwords.COST.update(CHEAP)
    yield
    passwords.COST.update(full)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    install()
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with Server() as started:
        yield started


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "practice.key"
    make_key_file(path)
    return path


@pytest.fixture(scope="session")
def settings(server: Server, key_file: Path) -> Settings:
    found = settings_of(server, key_file, "trial")
    make(found)
    return found


@pytest.fixture(scope="session")
def on_postgres(settings: Settings) -> Iterator[House]:
    house = House.open(settings)
    People(house, settings).add("root", "admin", password=WORD)
    yield house
    house.close()


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Iterator[House]:
    place = tmp_path_factory.mktemp("sqlite") / "practice.sqlite"
    found = Settings(database=f"sqlite:///{place}", key_file=str(key_file))
    make(found)
    house = House.open(found)
    People(house, found).add("root", "admin", password=WORD)
    yield house
    house.close()


@pytest.fixture(params=["postgres", "sqlite"])
def house(request: pytest.FixtureRequest) -> House:
    found: House = request.getfixturevalue(f"on_{request.param}")
    return found


_number = itertools.count(1)


def _new(house: House, role: str = "clinician", **more: object) -> Person:
    return People(house, Settings()).add(f"{role}{next(_number)}", role, **more)  # type: ignore[arg-type]


@pytest.fixture
def somebody(house: House) -> Callable[..., Person]:
    """Makes people of a role, each with a name of their own."""
    return partial(_new, house)


@pytest.fixture
def somebody_there(on_postgres: House) -> Callable[..., Person]:
    """The same, on PostgreSQL only."""
    return partial(_new, on_postgres)


@pytest.fixture(scope="session")
def answered() -> tuple[repletion.Case, repletion.Assessment]:
    case = replace(repletion.Case.parse(WORDS, "text"), diary=DIARY)
    return case, repletion.assess(case, on=dt.date(2026, 11, 23))


@pytest.fixture(scope="session")
def practice(on_postgres: House, settings) -> Iterator[Practice]:
    made = assemble(replace(settings, requests_per_minute=100_000, login_tries_address=100_000))
    yield made
    made.house.close()


@pytest.fixture(scope="session")
def app(practice: Practice):
    return application(practice)


@pytest.fixture
def other_app(settings):
    """An application with other settings, over the same database."""
    made: list[Practice] = []

    def make(**more: object):
        made.append(assemble(replace(settings, **{"requests_per_minute": 100_000, **more})))
        return application(made[-1])

    yield make
    for practice in made:
        practice.house.close()


@pytest.fixture
def person(practice: Practice):
    def make(role: str = "clinician", **more: object) -> Person:
        people = People(practice.house, practice.settings)
        return people.add(f"page-{role}{next(_number)}", role, password=WORD, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def kept(practice: Practice, answered) -> Callable[..., str]:
    """Keeps an entry for whoever signed in with a browser, without the walk through the pages; its id."""

    def make(browser: Browser, name: str = "case") -> str:
        entry = PracticeKeeper(practice.house, browser.person, 100).save(*answered, name=name)  # type: ignore[attr-defined]
        browser.get("/account")
        return entry

    return make


@pytest.fixture
def signed_in(app, person):
    def make(role: str = "clinician") -> Browser:
        browser = Browser(app)
        browser.person = person(role)  # type: ignore[attr-defined]
        assert browser.sign_in(browser.person.name, WORD).status_code == 303  # type: ignore[attr-defined]
        browser.get("/account")
        return browser

    return make
