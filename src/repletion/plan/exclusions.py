"""What must not be eaten: ways of eating, allergies, foods named by the person.

Unknown is not no: for something new, only a serving *known* to be free of an allergen, and known to suit a way of
eating, is allowed.  A food already eaten is only taken out when it is known not to suit.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from repletion.case.allergies import food_groups, named_foods
from repletion.case.allergies import table as allergy_words
from repletion.case.model import Case
from repletion.errors import Issue
from repletion.foods import search
from repletion.foods.tokens import tokens
from repletion.knowledge.servings import Serving, servings
from repletion.plan.data import exclusion_words
from repletion.plan.larder import named

# A search hit below this is a guess, not the food that was meant.
SURE = 75.0


@cache
def _names() -> dict[str, frozenset[str]]:
    """Words by which each serving may be named, by code."""
    return {s.code: frozenset({*tokens(s.name), *tokens(s.british), s.kind}) for s in servings().values()}


@cache
def _medicines() -> frozenset[str]:
    """Every word in the name of a medicine."""
    from repletion.knowledge import load

    names = (word for drug in load().drugs.values() for word in (drug.label, *drug.words))
    return frozenset(name.casefold() for name in names)


def is_medicine(said: str) -> bool:
    """Whether an allergy is one to a medicine."""
    return said in _medicines() or said.split()[0] in _medicines()


class Exclusions(msgspec.Struct, frozen=True, kw_only=True):
    """What the person does not eat.

    ``ways``: columns such as ``vegan`` and ``halal``.  ``allergens``: without ``contains_``.  ``groups``: food groups.
    ``codes``: single foods.  ``words``: names looked for in foods that are no serving.  ``asked``: as typed.
    ``unclear``: words that were not understood; no plan is safe while there are any.
    """

    ways: tuple[str, ...] = ()
    allergens: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    def allows(self, serving: Serving) -> bool:
        """Whether a serving may be suggested: known to suit every way, known to be free of every allergen."""
        return (
            all(serving.suits(way) == "yes" for way in self.ways)
            and all(serving.holds(allergen) == "no" for allergen in self.allergens)
            and serving.group not in self.groups
            and serving.code not in self.codes
        )

    def forbids(self, serving: Serving | None, name: str) -> bool:
        """Whether a food that is eaten now is known not to suit; foods that are no serving are judged by name."""
        if serving is not None:
            return (
                any(serving.suits(way) == "no" for way in self.ways)
                or any(serving.holds(allergen) == "yes" for allergen in self.allergens)
                or serving.group in self.groups
                or serving.code in self.codes
            )
        lists = exclusion_words()
        for what in (*self.ways, *sorted(self.allergens)):
            words = lists.diary_words.get(what, ())
            if named(words, name) and not named(lists.diary_but_not.get(what, ()), name):
                return True
        return named(self.words, name)

    def doubts(self, serving: Serving | None) -> bool:
        """Whether a food that is eaten now may hold something excluded, without anybody knowing."""
        if serving is None:
            return bool(self.allergens)
        return any(serving.holds(allergen) == "unknown" for allergen in self.allergens)


class _Reader:
    """Gathers exclusions word by word."""

    def __init__(self) -> None:
        self.lists = exclusion_words()
        self.ways: list[str] = []
        self.allergens: set[str] = set()
        self.groups: set[str] = set()
        self.codes: set[str] = set()
        self.words: list[str] = []
        self.asked: list[str] = []
        self.unclear: list[str] = []
        self.issues: list[Issue] = []

    def way(self, text: str) -> bool:
        said = text.casefold().strip()
        for way, words in self.lists.ways.items():
            if said in (way, *words):
                if way != "omnivore" and way not in self.ways:
                    self.ways.append(way)
                return True
        if said in self.lists.way_means:
            self.free_of(self.lists.way_means[said])
            return True
        return False

    def free_of(self, allergens: Iterable[str]) -> None:
        for allergen in allergens:
            self.allergens.add(allergen)

    def allergic_to(self, allergens: Iterable[str]) -> None:
        for allergen in allergens:
            self.allergens |= {allergen, *self.lists.together.get(allergen, ())}

    def pattern(self, text: str) -> None:
        self.asked.append(text)
        if text.casefold().strip() not in self.lists.nothing and not self.way(text):
            self._unclear("pattern", text, [*self.lists.ways, *self.lists.way_means])

    def named(self, pieces: Sequence[str], told: str, *, must: bool) -> None:
        """What is named behind "allergic to": the first thing ``must`` be understood; the others where they are foods.

        ``told``: everything that the case understood, as typed; a complaint is no food.
        """
        for place, piece in enumerate(pieces):
            if piece in allergy_words()["no_food"] or food_groups(f"allergic to {piece}"):
                continue
            asked = must and not place and piece not in told and not is_medicine(piece)
            if asked or self._known_food(piece):
                self.word(" ".join(piece.split()[:4]))

    def _known_food(self, said: str) -> bool:
        asked = set(tokens(said))
        return bool(asked) and (said in self.lists.groups or any(asked <= words for words in _names().values()))

    def word(self, text: str) -> None:
        """One thing named after ``--without``."""
        said = " ".join(text.casefold().split())
        if not said or said in self.lists.nothing:
            return
        self.asked.append(text)
        hit = False
        for allergen, words in self.lists.allergens.items():
            if said in words:
                self.allergens |= {allergen, *self.lists.together.get(allergen, ())}
                # "almonds" leaves out every nut, since traces of one are in the others
                hit = True
        if said in self.lists.groups:
            self.groups |= set(self.lists.groups[said])
            hit = True
        if said in servings():
            self.codes.add(said)
            return
        if not hit and said not in self.lists.ways["omnivore"] and self.way(said):
            return
        asked = set(tokens(said))
        matching = {code for code, words in _names().items() if asked and asked <= words}
        self.codes |= matching
        self.words.append(said)
        if hit or matching:
            return
        hits = search(said, limit=1)
        if hits and hits[0].score >= SURE and asked <= set(tokens(hits[0].food.description)):
            return  # a food as typed, though none that a plan would suggest; a slip that looks like one is asked back
        self._unclear("without", text, self._known())

    def _known(self) -> list[str]:
        names = [word for words in self.lists.allergens.values() for word in words]
        return [*names, *self.lists.groups, *(s.name for s in servings().values())]

    def _unclear(self, where: str, text: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(text.casefold(), [name.casefold() for name in known], n=3, cutoff=0.6)
        self.unclear.append(text)
        self.issues.append(
            Issue(
                level="error",
                where=where,
                message=f"{text[:80]!r} was not understood, so it could not be left out.",
                remedy=f"Did you mean {' or '.join(dict.fromkeys(near))}?"
                if near
                else "Name a food or a food group, such as fish, peanut or milk.",
            )
        )

    def finish(self) -> Exclusions:
        return Exclusions(
            ways=tuple(self.ways),
            allergens=frozenset(self.allergens),
            groups=frozenset(self.groups),
            codes=frozenset(self.codes),
            words=tuple(dict.fromkeys(self.words)),
            asked=tuple(self.asked),
            unclear=tuple(self.unclear),
            issues=tuple(self.issues),
        )


def exclusions_for(
    case: Case,
    factors: Iterable[str],
    *,
    way: str | None,
    patterns: Iterable[str] = (),
    without: Iterable[str] = (),
) -> Exclusions:
    """Everything excluded: by the case's own words and conditions, by ``patterns`` and by ``without``."""
    reader = _Reader()
    if way is not None:
        reader.way(way)
    groups = {group for factor, group in allergy_words()["factors"].items() if factor in set(factors)}
    for group in sorted(groups):
        reader.free_of(reader.lists.from_case.get("lactose" if group == "milk" else group, ()))
    told = " ".join(u.text.casefold() for u in case.understood)
    for text in [*case.said, *(u.text for u in case.understood), *(issue.message for issue in case.issues)]:
        for group in sorted(food_groups(text)):
            reader.allergic_to(reader.lists.from_case.get(group, ()))
        for pieces, must in named_foods(text) if text in case.said else ():
            reader.named(pieces, told, must=must)
        for said in (*reader.lists.ways, *reader.lists.way_means):
            if said not in ("omnivore",) and named((said,), text) and "not " + said not in text.casefold():
                reader.way(said)
    for text in patterns:
        reader.pattern(text)
    for text in without:
        reader.word(text)
    return reader.finish()
