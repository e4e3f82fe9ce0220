"""Codes beside the words of an entry: ``ATC A02BC01``, ``LOINC 2601-3``.

A code that names one subject of the knowledge base decides; a code that is unknown, or that several subjects share,
leaves the words to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from repletion.case.lexicon import Lexicon, Target
from repletion.case.meanings import PREFERENCES
from repletion.case.parts import Understood
from repletion.knowledge.base import PASSING, Knowledge
from repletion.knowledge.records import drug_codes, test_codes

_LONGEST_CLASS = 5  # characters of an ATC code that names a chemical subgroup
_SHORTEST_CLASS = 4
_HERE = {"hpo": "HPO", "icd10cm": "ICD-10-CM", "snomed": "SNOMED CT"}


class Index:
    """Subjects and tests of one knowledge base by code, as ``SYSTEM CODE``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.subjects: dict[str, list[Target]] = {}
        self.tests: dict[str, str] = {}
        self.loinc = {loinc.code: test.id for test in knowledge.tests.values() for loinc in test.loinc}
        self.own_tests = frozenset(knowledge.tests)
        self.loinc |= {row.code: row.test for row in test_codes() if row.test in knowledge.tests}
        for kind, table in (
            ("finding", knowledge.findings),
            ("factor", knowledge.factors),
            ("state", knowledge.states),
        ):
            for record in table.values():
                own = f"Repletion {record.id}"
                self._add(own, Target(kind, record.id, record.label, None))
                if record.codes.status == "approximate":
                    continue
                for field, system in _HERE.items():
                    code = getattr(record.codes, field)
                    if code:
                        self._add(f"{system} {code}", Target(kind, record.id, record.label, f"{system} {code}"))
        classes: dict[str, set[str]] = {}
        for drug in knowledge.drugs.values():
            self._add(f"Repletion {drug.id}", Target("drug", drug.id, drug.label, None))
            if not drug.atc:
                continue
            self._add(f"ATC {drug.atc}", Target("drug", drug.id, drug.label, f"ATC {drug.atc}"))
            for size in range(_SHORTEST_CLASS, _LONGEST_CLASS + 1):
                classes.setdefault(drug.atc[:size], set()).add(drug.drug_class)
        for code, names in classes.items():
            if len(names) == 1:
                name = next(iter(names))
                self._add(f"ATC {code}", Target("class", name, name.replace("_", " "), f"ATC {code}"))
        for row in drug_codes():
            if row.drug in knowledge.drugs:
                label = knowledge.drugs[row.drug].label
                self._add(f"RxNorm {row.code}", Target("drug", row.drug, label, f"RxNorm {row.code}"))

    def _add(self, code: str, target: Target) -> None:
        self.subjects.setdefault(code, []).append(target)

    def targets(self, code: str, section: str) -> list[Target]:
        """The subject that a code names under a key of the case; a state and a factor of one id are one subject."""
        found = self.subjects.get(code, [])
        for kind in (*PREFERENCES[section], "class"):
            same = [t for t in found if t.kind == kind]
            if len({t.id for t in same}) > 1:
                return []
            if same:
                return [t for t in found if t.id == same[0].id]
        return []

    def test(self, codes: Iterable[str]) -> str | None:
        """The test that one of the codes names."""
        for code in codes:
            system, _, name = code.partition(" ")
            if system == "LOINC" and name in self.loinc:
                return self.loinc[name]
            if system == "Repletion" and name in self.own_tests:
                return name
        return None


@lru_cache(maxsize=2)
def _index(version: str, key: int, lexicon: Lexicon) -> Index:
    return Index(lexicon.knowledge)


def index_of(lexicon: Lexicon) -> Index:
    """The index of a lexicon's knowledge base, built once."""
    return _index(lexicon.knowledge.version, id(lexicon), lexicon)


def codes_in(value: object) -> list[str]:
    """Codes as typed: one, or a list."""
    items = value if isinstance(value, list | tuple) else [value]
    return [" ".join(item.split())[:80] for item in items if isinstance(item, str)]


def by_code(
    value: object,
    section: str,
    lexicon: Lexicon,
    *,
    text: str,
    where: str,
    present: bool,
    certain: bool,
    past: bool,
    days: float | None,
    dose: str | None,
) -> list[Understood]:
    """What the first known code of an entry states; empty when the words must decide."""
    index = index_of(lexicon)
    for code in codes_in(value):
        targets = list(_members(index.targets(code, section), lexicon))
        if targets:
            return [
                Understood(
                    text=text[:160],
                    where=where,
                    kind=target.kind,  # type: ignore[arg-type]
                    id=target.id,
                    label=target.label,
                    code=None if code.startswith("Repletion ") else code,
                    present=present,
                    certain=certain,
                    duration_days=days,
                    dose=dose if target.kind == "drug" else None,
                    past=past and (target.kind != "factor" or lexicon.knowledge.factors[target.id].kind in PASSING),
                )
                for target in targets
            ]
    return []


def _members(targets: Iterable[Target], lexicon: Lexicon) -> Iterator[Target]:
    """A class of medicines stands for the factors that it switches on."""
    for target in targets:
        factors = lexicon.knowledge.factors_of_drug_class.get(target.id, ()) if target.kind == "class" else ()
        if target.kind != "class":
            yield target
        for name in factors:
            yield Target("factor", name, lexicon.knowledge.factors[name].label)
