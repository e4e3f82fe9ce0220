"""The word lists that reading a case rests on: cues, parts of the body, complaints, times, bands of results.

They are knowledge, kept as data below ``knowledge/data/words/reading``; this module only loads and shapes them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from repletion.case.small_words import FOLDER, trees
from repletion.case.tokens import Phrase, Spelling, folds, phrase, words_of


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a number makes of a subject: below ``below`` or from ``start`` of ``unit`` near the words ``near``.

    ``denies``: a number on the other side says that the subject is absent; ``sure``: only if it is at least this.
    ``least_age``, ``under_age``: not said of younger people, nor of those of this age in years and above, nor where an
    age is asked for and none is known.  ``at_least``: a smaller number is no reading of it ("MRI: lesion at T 12").
    ``latest``: of "was 25, now 60" the second holds; not of what alarms, where the first stays.
    """

    subject: str
    near: Phrase
    unit: str
    below: float | None
    start: float | None
    denies: bool
    least_age: float = 0.0
    sure: float = 0.0
    under_age: float | None = None
    at_least: float = 0.0
    latest: bool = False

    def of_age(self, age: float | None) -> bool:
        """Whether the number means this at ``age`` (years); where that is unknown, what is said of the grown holds."""
        if age is None:
            return self.under_age is None
        return age >= self.least_age and (self.under_age is None or age < self.under_age)

    def excludes(self, value: float) -> bool:
        """Whether a value on the other side of the limit says that the subject is absent."""
        return self.denies and value >= self.sure


@dataclass(frozen=True, slots=True)
class Words:
    """Every list, normalised once.

    ``cues``: phrases by role (negation, family, ...).  ``parts``/``complaints``: phrase → group.
    ``named``: (complaint, part or "alone") → finding.  ``adjectives``: complaints that go with one another.
    ``bands``: phrase → band.  ``patterns``: tests of a panel, a conclusion about them, and the band of each test it
    stands for.  ``units``: days per unit of time.
    ``no_slips``: real words that are mended to no other, though one of ours is near.
    ``levels``: a word, and those with which a phrase begins that is also said with it ("low magnesium level").
    ``in_attacks``: finding → what it is when a word of ``attacks`` stands beside it; ``instead_in_attacks``: what it is
    then and nothing else.  ``each``, ``lasts``: words that make a time that of every attack.
    ``unconscious``, ``afterwards``: words by which one is in a coma though attacks are named.
    ``points_back``: words that point to what was said before; ``points_back_the``: beginnings of such behind "the".
    ``growing``: finding → what it is when a word of ``growing_words`` stands beside it and it has lasted for
    ``growing_days`` or less.
    ``bare``: finding → those with a place that it is when it is named by one word after them; ``bare_words``: the same
    for a word.
    ``lasting``: finding → the days from which on it is also a factor, and that factor.
    ``recent``: factor of the past → the days up to which it is also another factor, and that factor.
    ``normal``: the words of a normal examination, sorted → signs that are then absent; ``normal_of``: the same by what
    was examined.
    ``as_typed``: phrases that are not read in another number or order ("the pill" is one, "the pills" are any).
    ``bearing``: small words, by group, without one of which a short phrase does not mean what it means.
    """

    spelling: Spelling
    cues: dict[str, frozenset[Phrase]]
    parts: dict[Phrase, tuple[str, ...]]
    complaints: dict[Phrase, str]
    named: dict[tuple[str, str], str]
    adjectives: frozenset[str]
    bands: dict[Phrase, str]
    panels: dict[str, tuple[str, ...]]
    patterns: tuple[tuple[frozenset[str], Phrase, dict[str, str]], ...]
    more: dict[str, tuple[str, ...]]
    no_slips: frozenset[str]
    levels: tuple[str, frozenset[str]]
    opposites: dict[str, str]
    normal: dict[Phrase, tuple[str, ...]]
    normal_of: dict[Phrase, tuple[str, ...]]
    classes: dict[str, dict[str, tuple[str, ...]]]
    which: dict[str, tuple[str, ...]]
    units: dict[str, float]
    numbers: dict[str, float]
    vague: dict[str, float]
    slash: dict[int, float]
    quantities: tuple[Quantity, ...]
    silent: tuple[str, ...]
    attacks: frozenset[str]
    in_attacks: dict[str, str]
    instead_in_attacks: dict[str, str]
    each: frozenset[str]
    lasts: frozenset[str]
    unconscious: frozenset[str]
    afterwards: frozenset[str]
    points_back: frozenset[str]
    points_back_the: frozenset[str]
    growing_words: frozenset[str]
    one_sided: frozenset[str]
    limbs: frozenset[str]
    growing: dict[str, str]
    growing_days: float
    bare: dict[str, tuple[str, ...]]
    bare_words: dict[str, tuple[str, ...]]
    lasting: dict[str, tuple[float, str]]
    recent: dict[str, tuple[float, str]]
    bearing: dict[str, frozenset[str]]
    alone: frozenset[Phrase]
    as_typed: dict[Phrase, Phrase]


def _yaml(folder: Path, name: str) -> Any:
    return trees(folder)[name]


@cache
def age_groups(folder: Path = FOLDER) -> dict[str, float]:
    """Age in years that stands for a group such as "elderly"."""
    return {str(name): float(years) for name, years in _yaml(folder, "age_groups").items()}


@cache
def relatives(folder: Path = FOLDER) -> dict[str, tuple[str, str]]:
    """Relatives, with the noun and the pronoun for the person they are."""
    return {str(name): (str(noun), str(again)) for name, (noun, again) in _yaml(folder, "relatives").items()}


def _spelling(folder: Path, modifiers: Any) -> Spelling:
    aliases = {word: first for first, others in _yaml(folder, "aliases").items() for word in others}
    return Spelling.make(
        aliases=aliases,
        grammar=modifiers["grammar"],
        degree=modifiers["degree"],
        breaks=modifiers["break"],
        lettered=modifiers["letter_a"]["after"],
        spans=modifiers["letter_a"]["unless"],
    )


def _as_typed(texts: Iterable[str], spelling: Spelling) -> dict[Phrase, Phrase]:
    """By the key under which phrases are looked up, the words without small ones, in their order."""
    found: dict[Phrase, Phrase] = {}
    for text in texts:
        cut = folds(text, spelling)
        content = [(folded, low) for low, folded, role in cut if role != "grammar"]
        if len(content) > 1:
            found[tuple(sorted(folded for folded, _ in content))] = tuple(low for _, low in content)
        else:
            found[tuple(folded for _, folded, _ in cut)] = tuple(low for low, _, _ in cut)
    return found


def _patterns(folder: Path, panels: dict[str, Any]) -> tuple[tuple[frozenset[str], Phrase, dict[str, str]], ...]:
    """Conclusions about panels, the longest phrase first."""
    found = [
        (frozenset(panels[panel]), words_of(phrase), bands)
        for panel, phrases in _yaml(folder, "panel_patterns").items()
        for phrase, bands in phrases.items()
    ]
    return tuple(sorted(found, key=lambda pattern: -len(pattern[1])))


def _more(folder: Path) -> dict[str, tuple[str, ...]]:
    """Further phrases by subject: our own, those of the Human Phenotype Ontology, and everyday ones of many places."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("more", "phenotype_names", "heard"):
        for subject, phrases in _yaml(folder, name).items():
            found[subject] = (*found.get(subject, ()), *map(str, phrases))
    return found


def _quantities(folder: Path, key: Callable[[str], Phrase]) -> tuple[Quantity, ...]:
    """What numbers make of subjects.  ``key``: folds words."""
    with (folder / "quantities.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Quantity(
                row["subject"],
                key(row["near"]),
                row["unit"] if row["unit"].startswith("/") else (key(row["unit"]) or (row["unit"],))[0],
                float(row["below"]) if row["below"] else None,
                float(row["from"]) if row["from"] else None,
                row["denies"] != "false",
                float(row["least_age"] or 0),
                0.0 if row["denies"] in {"true", "false"} else float(row["denies"]),
                float(row["under_age"]) if row["under_age"] else None,
                float(row["at_least"] or 0),
                row["latest"] == "true",
            )
            for row in csv.DictReader(handle)
        )


@cache
def load_words(folder: Path = FOLDER) -> Words:
    """Read and normalise the word lists, once."""
    modifiers = _yaml(folder, "modifiers")
    spelling = _spelling(folder, modifiers)

    def key(text: str) -> Phrase:
        return phrase(text, spelling)

    complaints = _yaml(folder, "complaints")
    parts: dict[Phrase, list[str]] = {}
    for group, names in _yaml(folder, "parts").items():
        for name in names:
            parts.setdefault(key(name), []).append(group)
    classes = _yaml(folder, "drug_classes")
    times, course = _yaml(folder, "durations"), _yaml(folder, "course")
    return Words(
        spelling=spelling,
        cues={role: frozenset(words_of(str(x)) for x in names) for role, names in _yaml(folder, "cues").items()},
        parts={name: tuple(groups) for name, groups in parts.items()},
        complaints={key(name): group for group, names in complaints["words"].items() for name in names},
        named={(pair.split()[0], pair.split()[1]): name for pair, name in complaints["findings"].items()},
        adjectives=frozenset(complaints["adjectives"]),
        bands={words_of(str(x)): band for band, names in _yaml(folder, "bands").items() for x in names},
        panels={" ".join(words_of(name)): tuple(tests) for name, tests in _yaml(folder, "panels").items()},
        patterns=_patterns(folder, _yaml(folder, "panels")),
        more=_more(folder),
        levels=(modifiers["level"]["word"], frozenset(modifiers["level"]["after"])),
        no_slips=frozenset(word for line in _yaml(folder, "no_slips").values() for word in line.split()),
        opposites=_yaml(folder, "opposites"),
        normal={
            tuple(sorted(words_of(text))): tuple(group["absent"])
            for group in _yaml(folder, "normal")
            for text in group.get("said", ())
        },
        normal_of={
            words_of(text): tuple(group["absent"]) for group in _yaml(folder, "normal") for text in group.get("of", ())
        },
        classes={
            kind: {name: tuple(map(str, x)) for name, x in classes[kind].items()} for kind in ("named", "nutrient")
        },
        which={name: tuple(x) for name, x in classes["which"].items()},
        units=times["units"],
        numbers=times["numbers"],
        vague=times["vague"],
        slash=times["slash"],
        quantities=_quantities(folder, key),
        silent=tuple(modifiers["silent"]),
        attacks=frozenset(course["attacks"]),
        in_attacks=course["in_attacks"],
        instead_in_attacks=course["instead_in_attacks"],
        each=frozenset(course["each"]),
        lasts=frozenset(course["lasts"]),
        unconscious=frozenset(course["unconscious"]),
        afterwards=frozenset(course["afterwards"]),
        points_back=frozenset(course["points_back"]),
        points_back_the=frozenset(course["points_back_the"]),
        growing_words=frozenset(course["growing_words"]),
        one_sided=frozenset(course["one_sided"]),
        limbs=frozenset(course["limbs"]),
        growing=course["growing"],
        growing_days=course["growing_days"],
        lasting={name: (float(days), str(factor)) for name, (days, factor) in course["lasting"].items()},
        recent={name: (float(days), str(factor)) for name, (days, factor) in course["recent"].items()},
        bare={name: tuple(places) for name, places in course["bare"].items()},
        bare_words={name: tuple(places) for name, places in course["bare_words"].items()},
        bearing={group: frozenset(names) for group, names in modifiers["bearing"].items()},
        alone=frozenset(key(x) for x in modifiers["alone"]),
        as_typed=_as_typed(modifiers["as_typed"], spelling),
    )
