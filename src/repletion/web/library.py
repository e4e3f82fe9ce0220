"""Pages of the knowledge: claims, sources, states, tests, questions, and what this is for."""

from __future__ import annotations

import csv
import io
from functools import cache

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from repletion.assessment.cite import link
from repletion.assessment.cite import view as claim_view
from repletion.foods import open_table
from repletion.knowledge import load
from repletion.knowledge.models import Claim
from repletion.report.cells import cell
from repletion.report.record import users
from repletion.web.forms import Asked
from repletion.web.pages import page

MOST_USERS = 60


def claim(asked: Asked) -> Response:
    """``/claim/NAME``: one number with its interval, population, place in its source, and what rests on it."""
    known = load()
    name = asked.path["name"]
    if name not in known.claims:
        raise HTTPException(404)
    record = known.claims[name]
    source = known.sources.get(record.source)
    return page(
        "claim.html.j2",
        claim=claim_view(record),
        note=record.note,
        source=source,
        link=link(source) if source else None,
        users=_users(name),
        knowledge=known.version,
    )


def _users(name: str) -> list[tuple[str, str]]:
    """What rests on a record: its label, and its page when it has one."""
    known = load()
    found = []
    for user in users(known, name)[:MOST_USERS]:
        kind, _, other = user.partition("/")
        record = getattr(known, kind)[other]
        to = {"states": f"/knowledge/{other}", "claims": f"/claim/{other}", "sources": f"/source/{other}"}.get(kind, "")
        found.append((getattr(record, "label", other), to))
    return found


def source(asked: Asked) -> Response:
    """``/source/NAME``: one publication, and the numbers read in it."""
    known = load()
    name = asked.path["name"]
    if name not in known.sources:
        raise HTTPException(404)
    record = known.sources[name]
    claims = [claim_view(c) for c in known.claims.values() if c.source == name]
    return page("source.html.j2", source=record, link=link(record), claims=claims, knowledge=known.version)


@cache
def _claims_table() -> str:
    known = load()
    rows = csv.writer(out := io.StringIO(), lineterminator="\n")
    fields = [field.name for field in msgspec.structs.fields(Claim)]
    rows.writerow([*fields, "citation", "doi", "pmid"])
    for record in known.claims.values():
        origin = known.sources.get(record.source)
        cited = [origin.citation, origin.doi, origin.pmid] if origin else ["", "", ""]
        rows.writerow([cell(value) for value in (*(getattr(record, f) for f in fields), *cited)])
    return out.getvalue()


def claims_table(_asked: Asked) -> Response:
    """``/claims.csv``: every number with its interval, population and source."""
    headers = {"Content-Disposition": f'attachment; filename="repletion-claims-{load().version}.csv"'}
    return Response(_claims_table(), media_type="text/csv; charset=utf-8", headers=headers)


def about(_asked: Asked) -> Response:
    """``/about``: intended use, independence, privacy, versions."""
    return page("about.html.j2", knowledge=load().version, foods=open_table().version)
