"""One record of the knowledge base, with what it names and what names it, so that a number can be followed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from repletion.assessment.cite import cite, link, named, statement
from repletion.assessment.model import Citation, ClaimView
from repletion.knowledge.models import Claim, Source
from repletion.report.claims import claim_value
from repletion.report.json import to_json
from repletion.report.text import Page
from repletion.report.wording import say

if TYPE_CHECKING:
    from repletion.knowledge import Knowledge

KINDS = ("claims", "states", "findings", "factors", "tests", "drugs", "red_flags", "rules", "sources")
_MOST_USERS = 30


def _found(knowledge: Knowledge, name: str) -> list[tuple[str, Any]]:
    return [(kind, table[name]) for kind in KINDS if name in (table := getattr(knowledge, kind))]


def nearest(knowledge: Knowledge, name: str) -> str:
    """The nearest ids as the end of a sentence, or nothing."""
    ids = {known.casefold(): known for kind in KINDS for known in getattr(knowledge, kind)}
    near = difflib.get_close_matches(name.casefold().replace(" ", "_"), ids, n=4, cutoff=0.5)
    return say("cli.nearest", names=", ".join(ids[found] for found in near)) if near else ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in {"words", "clinical_words", "not_this", "brands"}:
                yield from _strings(part)


@cache
def _naming(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """For every id the records that name it, as ``kind/id``."""
    ids = {name for kind in KINDS for name in getattr(knowledge, kind)}
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        for record in getattr(knowledge, kind).values():
            for name in ids & set(_strings(msgspec.to_builtins(record))) - {record.id}:
                found.setdefault(name, []).append(f"{kind}/{record.id}")
    return {name: tuple(named) for name, named in found.items()}


def users(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Records that name this one, as ``kind/id``."""
    return _naming(knowledge).get(name, ())


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the knowledge with its way back: the claims and sources it rests on, and the records naming it.

    ``record``: as it stands in the knowledge; its keys depend on ``kind``.  ``used_by``: as ``kind/id``.
    """

    kind: str
    id: str
    label: str
    record: dict[str, Any]
    claims: tuple[ClaimView, ...]
    citations: tuple[Citation, ...]
    used_by: tuple[str, ...]


def label_of(record: Any) -> str:
    """What a record of any kind is called."""
    if isinstance(record, Claim):
        return statement(record)
    if isinstance(record, Source):
        return record.citation
    return str(getattr(record, "label", "") or getattr(record, "reason", "") or record.id)


def record_view(knowledge: Knowledge, kind: str, name: str) -> RecordView:
    """The record ``name`` of ``kind`` with claims and sources.  Raises :class:`~repletion.errors.UnknownName`."""
    record = knowledge.get(kind, name)
    plain = msgspec.to_builtins(record)
    words = {*_strings(plain)}
    claims = (words & knowledge.claims.keys()) | named(knowledge, words) | ({name} if kind == "claims" else set())
    shown, citations = cite(knowledge, claims, (words & knowledge.sources.keys()) | ({name} - {*knowledge.claims}))
    return RecordView(
        kind=kind,
        id=name,
        label=label_of(record),
        record=plain,
        claims=shown,
        citations=citations,
        used_by=users(knowledge, name),
    )


def _lines(page: Page, value: Any, indent: int) -> None:
    """A record as indented lines, empty fields left out."""
    for key, part in value.items():
        if part in (None, "", [], {}, ()):
            continue
        name = str(key).replace("_", " ")
        if isinstance(part, dict):
            page.line(f"{name}:", indent=indent)
            _lines(page, part, indent + 2)
        elif isinstance(part, list | tuple) and part and isinstance(part[0], dict):
            page.line(f"{name}:", indent=indent)
            for entry in part:
                flat = "; ".join(
                    f"{k.replace('_', ' ')} {_flat(v)}" for k, v in entry.items() if v not in (None, "", [], {})
                )
                page.point(flat, indent=indent + 2)
        else:
            page.line(f"{name}: {_flat(part)}", indent=indent)


def _flat(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_flat(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {_flat(v)}" for k, v in value.items() if v not in (None, "", [], {}))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _claim(page: Page, knowledge: Knowledge, claim: Claim) -> None:
    page.line(say("know.claim", statement=statement(claim), value=claim_value(claim)))
    page.line(say("know.population", population=claim.population))
    page.line(say("know.definition", text=claim.definition))
    page.line(say(f"know.basis.{claim.basis}"))
    if claim.note:
        page.line(claim.note)
    source = knowledge.sources.get(claim.source)
    page.line()
    page.line(f"{claim.source}, {claim.locator}", style="bold")
    if source is not None:
        page.line(f"{source.citation}. {link(source) or ''}")


def render_record(knowledge: Knowledge, name: str, *, form: str) -> str | None:
    """Every record called ``name`` as text or JSON; ``None`` when there is none."""
    found = _found(knowledge, name)
    if not found:
        return None
    if form == "json":
        records = [{"kind": kind, "record": record, "used_by": users(knowledge, name)} for kind, record in found]
        return to_json(records[0] if len(records) == 1 else records)
    page = Page()
    for kind, record in found:
        page.line(f"{kind}/{record.id}", style="bold")
        if isinstance(record, Claim):
            _claim(page, knowledge, record)
        else:
            _lines(page, msgspec.to_builtins(record), 0)
            if isinstance(record, Source) and link(record):
                page.line(link(record) or "")
        page.line()
    naming = users(knowledge, name)
    if naming:
        page.line(f"{say('cli.used_by')}:", style="bold")
        for user in naming[:_MOST_USERS]:
            page.point(user)
        if len(naming) > _MOST_USERS:
            page.line(say("explanation.and_more", n=len(naming) - _MOST_USERS), indent=4)
        page.line()
        page.line(say("cli.see", id=naming[0].partition("/")[2]))
    return page.text()
