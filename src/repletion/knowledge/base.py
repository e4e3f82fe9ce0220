"""Loading the knowledge base, once, into one frozen object."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from repletion.errors import KnowledgeError, UnknownName
from repletion.knowledge import kept, lists, models, orders, reader

DATA = Path(__file__).parent / "data"
FOLDERS = (
    "claims", "states", "explanations", "findings", "factors", "tests", "panels", "investigations", "lists",
    "red_flags",
)  # fmt: skip
PASSING = frozenset({"habit", "medicine", "supplement", "diet"})
"""Kinds of factors that are over when they are past; a condition or an operation stays with the person."""
T = TypeVar("T")


class Knowledge(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """Everything that is known, by id.  ``version`` is the knowledge's own semantic version."""

    version: str
    sources: dict[str, models.Source]
    claims: dict[str, models.Claim]
    rules: dict[str, models.Rule]
    states: dict[str, models.State]
    findings: dict[str, models.Finding]
    factors: dict[str, models.Factor]
    tests: dict[str, models.Test]
    drugs: dict[str, models.Drug]
    red_flags: dict[str, models.RedFlag]
    panels: dict[str, orders.Panel] = {}
    investigations: dict[str, orders.Investigation] = {}
    lists: dict[str, lists.CompleteList] = {}

    def rule(self, name: str) -> float:
        """The value of a declared rule of the method."""
        rule: models.Rule = self.rules.get(name) or self.get("rules", name)
        return rule.value

    def get(self, kind: str, name: str) -> Any:
        """The record ``name`` among ``kind`` (``states``, ``claims``, ...).

        Raises :class:`UnknownName` with the nearest names.
        """
        table: dict[str, Any] = getattr(self, kind)
        if name in table:
            return table[name]
        near = difflib.get_close_matches(name, table, n=3, cutoff=0.5)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        raise UnknownName(f"No {kind} named {name!r} in knowledge {self.version}.{hint}")

    @cached_property
    def panel_of(self) -> dict[str, orders.Panel]:
        """The panel that a test belongs to, by test."""
        return {test: panel for panel in self.panels.values() for test in panel.tests}

    @cached_property
    def factors_of_drug_class(self) -> dict[str, tuple[str, ...]]:
        """Factor ids switched on by each drug class."""
        found: dict[str, list[str]] = {}
        for factor in self.factors.values():
            for name in factor.drug_classes:
                found.setdefault(name, []).append(factor.id)
        return {name: tuple(ids) for name, ids in found.items()}

    @cached_property
    def factors_of_drug(self) -> dict[str, tuple[str, ...]]:
        """Factor ids switched on by each single drug (by class, and by name)."""
        named: dict[str, list[str]] = {}
        for factor in self.factors.values():
            for drug in factor.drugs:
                named.setdefault(drug, []).append(factor.id)
        return {
            drug.id: tuple(
                dict.fromkeys([*self.factors_of_drug_class.get(drug.drug_class, ()), *named.get(drug.id, ())])
            )
            for drug in self.drugs.values()
        }

    def factors_of_medicine(self, drug: str, days: float | None = None) -> tuple[str, ...]:
        """Factor ids that a medicine switches on, after those that it is once taken for so many ``days``."""
        wide = self.factors_of_drug.get(drug, ())
        if days is None:
            return wide
        lasting = [f.id for f in self.factors.values() if 0 < f.from_days <= days and not set(f.is_a).isdisjoint(wide)]
        return (*lasting, *wide)


def with_wider(name: str, table: Mapping[str, models.Finding] | Mapping[str, models.Factor]) -> tuple[str, ...]:
    """``name`` and every wider record that it implies through ``is_a``, nearest first, each once."""
    found = [name]
    for current in found:
        if (record := table.get(current)) is not None:
            found += [wider for wider in record.is_a if wider not in found]
    return tuple(found)


def _by_id(records: Iterable[Any], where: str) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for record in records:
        if record.id in table:
            raise KnowledgeError(f"{where}: the id {record.id!r} stands twice")
        table[record.id] = record
    return table


def _folder(root: Path, name: str, kind: type[T]) -> list[T]:
    return [reader.read_yaml(path, kind) for path in sorted((root / name).glob("*.yaml"))]


def _beyond(test: models.Test, states: dict[str, models.State]) -> dict[str, tuple[str, tuple[models.Rate, ...]]]:
    """For the finding behind each limit: the state that it defines, if any, and the share of people beyond it."""
    found: dict[str, tuple[str, tuple[models.Rate, ...]]] = {}
    for limit in test.limits:
        where = f"tests/{test.id} limit {limit.finding}"
        if bool(limit.share) == bool(limit.defines):
            raise KnowledgeError(f"{where}: name either its share or the state that it defines")
        if limit.defines and limit.defines not in states:
            raise KnowledgeError(f"{where}: no state is named {limit.defines!r}")
        rates = states[limit.defines].prior if limit.defines else (models.Rate(claim=limit.share, when=limit.when),)
        defines, others = found.get(limit.finding, (limit.defines, ()))
        found[limit.finding] = defines, rates if limit.defines else (*others, *rates)
    return found


def with_shares(
    findings: list[models.Finding], tests: list[models.Test], states: dict[str, models.State]
) -> list[models.Finding]:
    """Give the finding behind each limit its background rate: the share of people at large beyond that limit.

    It is one number, said once, where the limit stands; the network works the leak out of it.
    """
    limits: dict[str, tuple[str, tuple[models.Rate, ...]]] = {}
    for test in tests:
        for name, beyond in _beyond(test, states).items():
            if limits.setdefault(name, beyond) != beyond:
                raise KnowledgeError(f"tests/{test.id}: another test gives {name!r} other shares beyond the limit")
    for finding in findings:
        if finding.background and finding.id in limits:
            raise KnowledgeError(f"findings/{finding.id}: its background is the share beyond its limit, named in tests")
    return [
        msgspec.structs.replace(f, defines=limits[f.id][0], background=limits[f.id][1]) if f.id in limits else f
        for f in findings
    ]


def read(root: Path = DATA) -> Knowledge:
    """Read every file below ``root``.  Raises :class:`KnowledgeError` at the first file that breaks a rule."""
    states = _by_id(
        _folder(root, "states", models.State) + _folder(root, "explanations", models.State), "states and explanations"
    )
    tests = _folder(root, "tests", models.Test)
    findings = with_shares(_folder(root, "findings", models.Finding), tests, states)
    return Knowledge(
        version=(root / "VERSION").read_text(encoding="utf-8").strip(),
        sources=_by_id(reader.rows(root / "sources.csv", models.Source), "sources.csv"),
        claims=_by_id(
            (c for path in sorted((root / "claims").glob("*.csv")) for c in reader.rows(path, models.Claim)),
            "claims",
        ),
        rules=_by_id(reader.rows(root / "rules.csv", models.Rule), "rules.csv"),
        states=states,
        findings=_by_id(findings, "findings"),
        factors=_by_id(_folder(root, "factors", models.Factor), "factors"),
        tests=_by_id(tests, "tests"),
        drugs=_by_id(
            reader.rows(root / "drugs.csv", models.Drug, lists=("words", "brands")),
            "drugs.csv",
        ),
        red_flags=_by_id(_folder(root, "red_flags", models.RedFlag), "red_flags"),
        panels=_by_id(_folder(root, "panels", orders.Panel), "panels"),
        investigations=_by_id(_folder(root, "investigations", orders.Investigation), "investigations"),
        lists=_by_id(_folder(root, "lists", lists.CompleteList), "lists"),
    )


@cache
def load(root: Path = DATA) -> Knowledge:
    """The knowledge base, read once in a process; what ships with the package from a kept copy while that is valid."""
    if root != DATA:
        return read(root)
    folders = [root, *(root / name for name in FOLDERS)]
    return kept.read_or_keep(folders, Knowledge, lambda: read(root), root / "__pycache__" / "knowledge.msgpack")
