"""Every phrase that names a subject of the knowledge base, ready to be looked up.

A phrase of two content words or more is found in any order ("paresthesia of the toes", "toe paresthesia"); an
abbreviation only as it is written (MG is not Mg).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from repletion.case.small_words import binding
from repletion.case.spelled import Spelled
from repletion.case.tokens import Phrase, folds, key_of, phrase, plain
from repletion.case.words import Words, load_words
from repletion.knowledge.base import Knowledge
from repletion.knowledge.models import Codes

ABBREVIATION_LENGTH = 5
VERY = "very"  # a phrase that begins with it says more than the same without: "very high blood pressure"
SHORT = 2  # content words: shorter phrases lean on the small words beside them
MISSPELLED_FROM = 6  # shorter words have too many neighbors for a guess


@dataclass(frozen=True, slots=True)
class Target:
    """A subject that a phrase names.

    ``kind``: ``finding``, ``state``, ``factor``, ``drug``, ``class`` and ``nutrient`` (a group of medicines; the second
    only beside a dose), ``which`` (a word for several groups), ``opposite`` (says that a finding or factor is absent)
    ``nothing`` (a known phrase that stands for no subject) or ``silent``
    (everyday words around such a word).
    """

    kind: str
    id: str
    label: str
    code: str | None = None


@dataclass(eq=False)
class Lexicon:
    """Phrases of one knowledge base.

    ``phrases``: sorted folded content words → targets.  ``verbatim``: phrases with a single content word, in order.
    ``abbreviations``: as written → targets.  ``joined``: keys of ``phrases`` that hold an "and" themselves; no other
    phrase is found across one.  ``needs``: groups of small words that a phrase of two words must have beside it.
    ``spellings``: words as written → folded.  ``tests``: name without marks and
    spaces → test; ``test_spellings``: as written.
    """

    words: Words
    knowledge: Knowledge
    phrases: dict[Phrase, list[Target]] = field(default_factory=dict)
    verbatim: dict[Phrase, list[Target]] = field(default_factory=dict)
    abbreviations: dict[str, list[Target]] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    test_spellings: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, Target] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    joined: set[Phrase] = field(default_factory=set)
    needs: dict[tuple[Phrase, Target], frozenset[str]] = field(default_factory=dict)

    def add(self, text: str, target: Target) -> None:
        """Let ``text`` name ``target``."""
        stripped = text.strip()
        if not stripped:
            return
        if is_abbreviation(stripped):
            _append(self.abbreviations, stripped, target)
            return
        spelled = folds(stripped, self.words.spelling)
        key = key_of(spelled)
        if not key or key in self.words.alone:
            return
        content = sum(role != "grammar" for _, _, role in spelled)
        if content < 2 and len(spelled) > 1:
            _append(self.verbatim, key, target)
        else:
            ordered = tuple(sorted(key))
            self._add_phrase(
                ordered, target, self._bearing(spelled) if len(key) <= SHORT or spelled[0][0] == VERY else frozenset()
            )
            if not binding().parts_phrases.isdisjoint([low for low, _, _ in spelled]):
                self.joined.add(ordered)
        self.names.setdefault(stripped.lower(), target)
        for low, folded, role in spelled:
            if len(low) >= MISSPELLED_FROM and role == "word":
                self.spellings[low] = folded

    def _add_phrase(self, key: Phrase, target: Target, needs: frozenset[str]) -> None:
        """What one phrase of a subject asks for, another need not: the easiest stands."""
        new = target not in self.phrases.get(key, ())
        _append(self.phrases, key, target)
        if new or len(needs) < len(self.needs.get((key, target), ())):
            self.needs[key, target] = needs

    def _bearing(self, spelled: Sequence[tuple[str, str, str]]) -> frozenset[str]:
        """Groups of small words that carry the meaning of a short phrase: "a lot" in "drinks a lot of coffee"."""
        kept = {folded for _, folded, role in spelled if role != "grammar"}
        return frozenset(
            group
            for low, folded, _ in spelled
            if folded not in kept
            for group, words in self.words.bearing.items()
            if low in words
        )

    def told(self, key: Phrase, near: Collection[str]) -> tuple[Target, ...]:
        """Targets of a phrase whose small words stand in or beside it (``near``: lower-case words)."""
        found = self.phrases.get(key, ())
        bearing = self.words.bearing
        return tuple(
            target
            for target in found
            if all(bearing[group].intersection(near) for group in self.needs.get((key, target), ()))
        )

    @cached_property
    def by_letter(self) -> dict[str, list[str]]:
        """Words of phrases that are long enough to be recognised misspelled, by first letter."""
        found: dict[str, list[str]] = {}
        for word in self.spellings:
            found.setdefault(word[0], []).append(word)
        return found

    @cached_property
    def sorted_names(self) -> Spelled:
        """The words of every name, sorted, by name."""
        return Spelled({name: " ".join(sorted(name.split())) for name in self.names})

    @cached_property
    def phrase_words(self) -> frozenset[str]:
        """Every folded word of any phrase."""
        return frozenset(word for key in self.phrases for word in key)

    @cached_property
    def complaints(self) -> dict[Phrase, tuple[str, ...]]:
        """Words for complaints and their group, in the shape of the words for parts of the body."""
        return {key: (group,) for key, group in self.words.complaints.items()}

    @cached_property
    def complaint_words(self) -> frozenset[str]:
        """Every folded word for a complaint."""
        return frozenset(word for key in self.words.complaints for word in key)

    @cached_property
    def part_words(self) -> frozenset[str]:
        """Every folded word for a part of the body."""
        return frozenset(word for key in self.words.parts for word in key)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every folded word of any phrase or list."""
        found = {word for keys in (self.phrases, self.verbatim) for key in keys for word in key}
        for table in (self.words.parts, self.words.complaints):
            found |= {word for key in table for word in key}
        for cues in self.words.cues.values():
            found |= {word for cue in cues for word in cue}
        return frozenset(found)


def is_abbreviation(text: str) -> bool:
    """Whether a name is to be matched as written: short, one piece, with capitals beyond the first letter."""
    return (
        len(text) <= ABBREVIATION_LENGTH
        and " " not in text
        and text[0].isalpha()
        and (sum(c.isupper() for c in text) >= 2 or len(text) <= 2)
    )


def compact(text: str) -> str:
    """Letters and digits only, lower case: how names of tests are compared."""
    return "".join(c for c in plain(text).lower() if c.isalnum())


def code_text(codes: Codes) -> str | None:
    """A code as it is shown, with its system."""
    if codes.hpo:
        return f"HPO {codes.hpo}"
    if codes.icd10cm:
        return f"ICD-10-CM {codes.icd10cm}"
    return f"SNOMED CT {codes.snomed}" if codes.snomed else None


def _append(table: dict[Phrase, list[Target]] | dict[str, list[Target]], key: object, target: Target) -> None:
    found = table.setdefault(key, [])  # type: ignore[arg-type]
    if target not in found:
        found.append(target)


def _subjects(lexicon: Lexicon) -> None:
    knowledge = lexicon.knowledge
    level, first = lexicon.words.levels
    groups: tuple[tuple[str, Iterable[object]], ...] = (
        ("finding", (f for f in knowledge.findings.values() if f.kind != "lab")),
        ("state", (s for s in knowledge.states.values() if s.kind != "latent")),
        ("factor", knowledge.factors.values()),
    )
    everything = knowledge.findings | knowledge.states | knowledge.factors
    for kind, records in groups:
        for r in records:
            target = Target(kind, r.id, r.label, code_text(r.codes))  # type: ignore[attr-defined]
            extra = (*getattr(r, "clinical_words", ()), *lexicon.words.more.get(target.id, ()))
            texts = (target.label, target.id.replace("_", " "), r.lay, *r.words, *extra)  # type: ignore[attr-defined]
            for text in {t if is_abbreviation(t) else t.lower(): None for t in texts if t}:
                lexicon.add(text, target)
                if kind in {"state", "factor"} and text.partition(" ")[0] in first:
                    lexicon.add(f"{text} {level}", target)
            for text, other in getattr(r, "not_this", {}).items():
                _redirect(lexicon, text, other, everything)


def _redirect(lexicon: Lexicon, text: str, other: str | None, everything: Mapping[str, object]) -> None:
    """A phrase that sounds like one subject and means another, unless some subject already claims it."""
    key = phrase(text, lexicon.words.spelling)
    if len(key) < 2 or tuple(sorted(key)) in lexicon.phrases:
        return
    if other is None:
        lexicon.add(text, Target("nothing", "", text))
        return
    record = everything.get(other)
    if record is not None:
        kind = type(record).__name__.lower()
        lexicon.add(text, Target(kind, other, record.label, code_text(record.codes)))  # type: ignore[attr-defined]


def _medicines(lexicon: Lexicon) -> None:
    words = lexicon.words
    for drug in lexicon.knowledge.drugs.values():
        target = Target("drug", drug.id, drug.label, f"ATC {drug.atc}" if drug.atc else None)
        for text in (drug.label, *drug.words, *drug.brands, *words.more.get(drug.id, ())):
            lexicon.add(text, target)
    for kind, table in words.classes.items():
        for name, names in table.items():
            target = Target("class" if kind == "named" else "nutrient", name, name.replace("_", " "))
            for text in names:
                lexicon.add(text, target)
    for text in words.which:
        lexicon.add(text, Target("which", text, text))


def _tests(lexicon: Lexicon) -> None:
    for test in lexicon.knowledge.tests.values():
        for text in (test.label, test.id.replace("_", " "), test.lay, *test.words):
            key = compact(text)
            if key and lexicon.tests.setdefault(key, test.id) == test.id:
                lexicon.test_spellings.setdefault(key, set()).add(plain(text).strip())


def _opposites(lexicon: Lexicon) -> None:
    for text in lexicon.words.silent:
        lexicon.add(text, Target("silent", "", text))
    knowledge = lexicon.knowledge
    everything = knowledge.findings | knowledge.states | knowledge.factors
    for text, name in lexicon.words.opposites.items():
        record = everything.get(name)
        if record is not None:
            lexicon.add(text, Target("opposite", name, record.label, code_text(record.codes)))


_kept: dict[int, tuple[Knowledge, Lexicon]] = {}


def build(knowledge: Knowledge) -> Lexicon:
    """The lexicon of a knowledge base, built once."""
    kept = _kept.get(id(knowledge))
    if kept is not None and kept[0] is knowledge:
        return kept[1]
    lexicon = Lexicon(words=load_words(), knowledge=knowledge)
    _subjects(lexicon)
    _medicines(lexicon)
    _tests(lexicon)
    _opposites(lexicon)
    _kept.clear()
    _kept[id(knowledge)] = (knowledge, lexicon)
    return lexicon
