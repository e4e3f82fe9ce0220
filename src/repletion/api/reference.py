"""What may be looked up: foods, the knowledge with its claims and sources, the questions of the interview, versions."""

from __future__ import annotations

import gc
from functools import cache, lru_cache
from typing import Literal

import msgspec

from repletion.api.problems import Refused, nearest
from repletion.assessment.model import Versions
from repletion.assessment.stations import assess
from repletion.case import Case
from repletion.errors import UnknownName
from repletion.foods import open_table
from repletion.foods.search import search
from repletion.inference.fast import use_compiled, wished
from repletion.interview.wording import wording
from repletion.knowledge import load
from repletion.report.json import compact
from repletion.report.record import KINDS, label_of, record_view
from repletion.report.tables import FoundFood, food_record, found_foods
from repletion.report.wording import say
from repletion.version import __version__


class FoodsFound(msgspec.Struct, frozen=True, kw_only=True):
    """Foods for what was typed, best first; empty when no word is known."""

    query: str
    foods: tuple[FoundFood, ...]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of record and how many there are."""

    kind: str
    records: int
    href: str


class Kinds(msgspec.Struct, frozen=True, kw_only=True):
    """The kinds of record that the knowledge holds."""

    versions: Versions
    kinds: tuple[Kind, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A record by its id and what it is called."""

    id: str
    label: str
    href: str


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Every record of one kind."""

    kind: str
    versions: Versions
    records: tuple[Listed, ...]


class Askable(msgspec.Struct, frozen=True, kw_only=True):
    """A question that an interview may put; ``kind`` as in a question asked."""

    id: str
    kind: Literal["red_flag", "finding", "factor"]
    question: str


class Askables(msgspec.Struct, frozen=True, kw_only=True):
    """Every question that takes yes or no, the red flags first."""

    versions: Versions
    questions: tuple[Askable, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """That answers can be given: knowledge and food table are there."""

    status: Literal["ok"] = "ok"


@lru_cache(maxsize=1)
def versions() -> Versions:
    """What answers are made with."""
    return Versions(software=__version__, knowledge=load().version, foods=open_table().version)


_USUAL = {
    "person": {"age": 40, "sex": "female"},
    "text": "my eyelid has been twitching and I have been tired for 3 weeks, on omeprazole",
    "labs": [{"test": "magnesium", "value": 0.7, "unit": "mmol/L"}],
    "diary": "2 slices toast\n1 banana\n200 ml milk",
}
"""A case that wants all that a case can want: words, a medicine, a result, foods."""


@cache
def warm(*, answering: bool = True) -> None:
    """Read what every answer needs and answer once, so that no request waits for it.

    What was read stays for good; taken out of the garbage collector's rounds, it no longer makes some answers late.
    ``answering``: whether answers are worked out in this process; where others do that, it reads what is looked up.
    """
    if answering:
        if wished():
            use_compiled()
        assess(Case.from_mapping(_USUAL))
    versions()
    questions()
    record("claims", next(iter(load().claims)))
    gc.collect()
    gc.freeze()


def tag() -> str:
    """The ETag of everything that changes only with a version."""
    found = versions()
    return f'"{found.software}-{found.knowledge}-{found.foods}"'.replace(" ", "_")


def health() -> bytes:
    """Whether answers can be given."""
    versions()
    return compact(Health())


def version() -> bytes:
    """Versions of software, knowledge and food data."""
    return compact(versions())


def foods(query: str, limit: int) -> bytes:
    """Foods for what was typed."""
    return compact(FoodsFound(query=query, foods=tuple(found_foods(search(query, limit=limit)))))


def food(food_id: str) -> bytes:
    """One food whole.  Raises :class:`Refused` (404)."""
    try:
        return compact(food_record(open_table(), food_id))
    except UnknownName as error:
        _, _, near = str(error).partition("; nearest: ")
        remedy = say("api.nearest", names=near) if near else say("api.no_food_remedy", address="/v1/foods")
        raise Refused("not_found", "path", say("api.no_food", name=food_id[:80]), remedy) from None


def kinds() -> bytes:
    """The kinds of record."""
    known = load()
    found = tuple(Kind(kind=k, records=len(getattr(known, k)), href=f"/v1/knowledge/{k}") for k in KINDS)
    return compact(Kinds(versions=versions(), kinds=found))


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Refused("not_found", "path", say("api.no_kind", name=kind[:80]), nearest(kind, list(KINDS)))
    return kind


@lru_cache(maxsize=len(KINDS))
def records(kind: str) -> bytes:
    """Every record of a kind.  Raises :class:`Refused` (404)."""
    table = getattr(load(), _kind(kind))
    found = tuple(Listed(id=r.id, label=label_of(r), href=f"/v1/knowledge/{kind}/{r.id}") for r in table.values())
    return compact(Records(kind=kind, versions=versions(), records=found))


@lru_cache(maxsize=512)
def record(kind: str, name: str) -> bytes:
    """One record with its claims and sources.  Raises :class:`Refused` (404)."""
    known = load()
    if name not in (table := getattr(known, _kind(kind))):
        detail = say("api.no_record", name=name[:80], kind=kind)
        raise Refused("not_found", "path", detail, nearest(name, list(table)))
    return compact(record_view(known, kind, name))


@lru_cache(maxsize=1)
def questions() -> bytes:
    """Every question that takes yes or no."""
    words, known = wording(), load()
    found = [Askable(id=n, kind="red_flag", question=q.question) for n, q in words.red_flags.items()]
    for kind, table in (("finding", known.findings), ("factor", known.factors)):
        for entry in table.values():
            if entry.question and entry.id not in words.never:
                text = words.questions.get(entry.id, entry.question)
                found.append(Askable(id=entry.id, kind=kind, question=text))  # type: ignore[arg-type]
    return compact(Askables(versions=versions(), questions=tuple(found)))
