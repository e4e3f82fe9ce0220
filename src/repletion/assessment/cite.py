"""From an answer to its claims, and from claims to their sources: only what this answer rests on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from repletion.assessment.model import Citation, ClaimView
from repletion.knowledge import Knowledge
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Claim, Source

_HOSTS = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/",
}


@cache
def _measures() -> dict[str, str]:
    with (DATA / "wording" / "measures.csv").open(encoding="utf-8", newline="") as handle:
        return {row["measure"]: row["words"] for row in csv.DictReader(handle)}


def statement(claim: Claim) -> str:
    """What a claim measures, in words."""
    words = {name: getattr(claim, name).replace("_", " ") for name in ("subject", "predictor")}
    return _measures()[claim.measure].format(**words)


def link(source: Source) -> str | None:
    """Where a source can be read: DOI first, then PubMed, PubMed Central, its own address."""
    for field, host in _HOSTS.items():
        if (value := getattr(source, field)) is not None:
            return f"{host}{value}"
    return source.url


@lru_cache(maxsize=1 << 15)
def _view(knowledge: Knowledge, name: str) -> ClaimView:
    return view(knowledge.claims[name])


def view(claim: Claim) -> ClaimView:
    """A claim as shown."""
    return ClaimView(
        id=claim.id,
        statement=statement(claim),
        value=claim.value,
        low=claim.low,
        high=claim.high,
        unit=claim.unit,
        population=claim.population,
        definition=claim.definition,
        basis=claim.basis,
        source=claim.source,
        locator=claim.locator,
    )


def named(knowledge: Knowledge, locators: Iterable[str]) -> set[str]:
    """Claims that a locator names, as in "claims FLAG-048 and V-080"."""
    words = {word for locator in locators for word in re.findall(r"[A-Za-z0-9_-]+", locator)}
    return words & knowledge.claims.keys()


def cite(
    knowledge: Knowledge, claims: Iterable[str], sources: Iterable[str]
) -> tuple[tuple[ClaimView, ...], tuple[Citation, ...]]:
    """The claims named, as shown, and the sources that they and ``sources`` rest on, by id."""
    views = [_view(knowledge, name) for name in sorted(set(claims))]
    used: dict[str, list[str]] = {}
    for view in views:
        if view.source in used:
            used[view.source].append(view.id)
        else:
            used[view.source] = [view.id]
    every = sorted((knowledge.sources.keys() & sources) | used.keys())
    citations = tuple([_citation(knowledge, name, tuple(used.get(name, ()))) for name in every])
    return tuple(views), citations


@lru_cache(maxsize=1 << 13)
def _citation(knowledge: Knowledge, name: str, claims: tuple[str, ...]) -> Citation:
    """A source as cited, where it can be read, and those of its claims that an answer rests on."""
    source = knowledge.sources[name]
    return Citation(id=name, citation=source.citation, link=link(source), claims=claims)
