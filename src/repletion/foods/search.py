"""From words to foods: ``search("2 semi-skimmed")`` → ranked :class:`Hit`.

Spelling is repaired, British and everyday names are brought to the releases' names, SQLite's full-text index
gives the foods that have the words, and these are ranked: the plain food before the dish made of it, the food
whose name says no more than was asked before the one that says more.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec

from repletion.foods.barcode import barcode
from repletion.foods.lexicon import Default, Lexicon, Words, lexicon
from repletion.foods.spelling import repair
from repletion.foods.table import Food, FoodTable, open_table
from repletion.foods.tokens import tokens

# How many foods are looked at closely, plainest first.
CANDIDATES = 500
# Words that matter less than this when asked may be missing from a food's name.
FIRM = 0.6
# Words that matter less than this (a bowl, a tablet, a shop's name) are set aside to find a default.
SOFT = 0.2
COUNT = 0.15
# What a word after the first comma counts, next to the same word before it.
ASIDE = 0.55
# What a word that the table never uses (a variety, a maker) counts, next to a rare word.
STRANGE = 0.4
# From this score a food of the shipped table is the plain answer, and one's own products stand behind it.
PLAIN = 72.0
# A product of one's own counts a little less than a food of the shipped table that fits as well.
OWN = 0.97
# Below this score even words that the table knows are taken for possible slips (``baked beens``).
DOUBTFUL = 62.0
# Meat, poultry and fish are eaten cooked: raw counts against them unless asked.
COOKED_CODES = ("fndds:2", "sr28:05", "sr28:10", "sr28:13", "sr28:15", "sr28:17", "sr28:23")
LONGEST_QUERY = 24
# Score of a default that only stands in for what was asked.
STAND_IN = 70.0
# Score of a default for the food alone when the query also says how it was cut or cooked.
LOOSE = 82.0
# Words that may be left aside for it, besides ways of cooking: cuts and sizes, not colors.
LOOSE_WORD = 0.45


class Hit(msgspec.Struct, frozen=True):
    """A food and how well it answers the query, 0-100; below about 50 it is a guess."""

    food: Food
    score: float


def search(query: str, *, limit: int = 10, table: FoodTable | None = None) -> list[Hit]:
    """Foods for what a person typed, best first; an empty list when no word is known."""
    table = table or open_table()
    ranked = (_of_barcode(query, table) or _with_own(query, _ranked(query, table), table))[:limit]
    foods = table.foods_at([place for place, _ in ranked])
    return [Hit(food, round(score, 1)) for food, (_, score) in zip(foods, ranked, strict=True)]


def _of_barcode(query: str, table: FoodTable) -> list[tuple[int, float]]:
    """The product of one's own table that a barcode names."""
    row = table.own.with_barcode(query) if table.own and barcode(query) else None
    return [(-row.place, 100.0)] if row else []


def _with_own(query: str, ranked: list[tuple[int, float]], table: FoodTable) -> list[tuple[int, float]]:
    """With the products of one's own table that have every word of the query.

    A plain food of the shipped table stays before them, unless the query has a word that no food there has: a brand.
    """
    if table.own is None:
        return ranked
    lists = lexicon()
    words = [word for word in tokens(query[:400])[:LONGEST_QUERY] if word not in lists.fillers]
    if not words or words == [word for word in words if word.isdigit()]:
        return ranked
    weights = {word: _asked(word, lists) for word in words}
    lead = ranked[0][1] if ranked else 0.0
    branded = any(word not in table.vocabulary for word in words)
    ceiling = 99.0 if branded or lead < PLAIN else lead - 0.5
    own = [
        (-row.place, min(OWN * _fit(tuple(words), weights, row.words, "", lists), ceiling))
        for row in table.own.matching(words)
    ]
    return sorted((*ranked, *own), key=lambda item: (-item[1], item[0] < 0))


@lru_cache(maxsize=2048)
def _ranked(query: str, table: FoodTable) -> list[tuple[int, float]]:
    """Rows of the table with scores, best first."""
    lists = lexicon()
    words = tokens(query[:400])[:LONGEST_QUERY]
    kept = [word for word in words if word not in lists.fillers] or words
    head, _, rest = query.partition(",")
    aside = frozenset(tokens(rest)) - frozenset(tokens(head)) if head.strip() else frozenset()
    # A bare word means its default first (``jelly``); several words that are a food's own name mean that food.
    named = _named(words, table)
    pinned = _pinned(words, kept, lists)
    if exact := (pinned or named) if len(words) == 1 else (named or pinned):
        return _weighed(kept, 1.0, exact, aside, table)
    repaired, likeness = repair(kept, table)
    ranked = _weighed(repaired, likeness**2, None, aside, table)
    if 1 < len(kept) <= 4 and (not ranked or ranked[0][1] < DOUBTFUL):
        doubted, likeness = repair(kept, table, doubt=True)
        if doubted != repaired:
            ranked = max(
                ranked, _weighed(doubted, likeness**2, None, aside, table), key=lambda rows: rows[:1] and rows[0][1]
            )
    return ranked


def _named(words: list[str], table: FoodTable) -> Default | None:
    """The food whose own name these words are, word for word; of two alike the one of FNDDS."""
    if not words:
        return None
    rows = table.matching(_all_of(words), CANDIDATES)
    alike = sorted(food for _, food, described, _ in rows if described.replace(",", "") == " ".join(words))
    return Default(query="", fit="same", food=alike[0]) if alike else None


def _weighed(
    words: list[str], likeness: float, exact: Default | None, aside: frozenset[str], table: FoodTable
) -> list[tuple[int, float]]:
    """Defaults and foods for repaired words, with scores, best first.

    ``aside``: words after the first comma of the query, which say more about the food named before it.
    """
    lists = lexicon()
    words = [word for word in words if word not in lists.fillers] or words
    scores: dict[int, float] = {}
    pinned: dict[int, float] = {}
    if not exact and (loose := _loosely_pinned(words, lists)) and (row := table.words_of(loose.food)):
        scores[row[0]] = LOOSE * likeness
    for variant in _variants(words, lists):
        pin = exact or _pinned(list(variant), list(variant), lists)
        if pin and _still_raw(pin, words):
            pin = None
        if pin and pin.fit == "none":
            return []
        if pin and (row := table.words_of(pin.food)):
            pinned[row[0]] = (100.0 if pin.fit == "same" else STAND_IN) * likeness
        for place, score in _found(variant, aside, table, lists):
            scores[place] = max(scores.get(place, 0.0), min(score, 99.0) * likeness)
    # A default leads; where it only stands in for the food, nothing may look surer than it.
    ceiling = min(pinned.values(), default=100.0)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:100]
    rest = [(place, max(0.0, min(score, ceiling - 1.0))) for place, score in ranked if place not in pinned]
    return sorted(pinned.items(), key=lambda item: -item[1]) + rest


def _pinned(words: list[str], kept: list[str], lists: Lexicon) -> Default | None:
    """The everyday default for exactly these words, if one is written down."""
    firm = [word for word in kept if _asked(word, lists) > SOFT]
    for form in (words, kept):
        if found := lists.defaults.get(tuple(form)):
            return found
    found = lists.defaults.get(tuple(firm)) or lists.bags.get(frozenset(kept)) or lists.bags.get(frozenset(firm))
    return None if found and _still_raw(found, words) else found


def _still_raw(found: Default, words: list[str]) -> bool:
    """Whether a default is raw though the food was said to be cooked ("chickpeas, dry, cooked")."""
    return "cooked" in words and "raw" in tokens(found.description)


def _loosely_pinned(words: list[str], lists: Lexicon) -> Default | None:
    """The default for the food in the query, its cut and cooking left aside, unless it is raw and should not be."""
    firm = tuple(word for word in words if word not in lists.cooking and _asked(word, lists) > LOOSE_WORD)
    found = lists.defaults.get(firm)
    if found is None or found.fit != "same" or firm == tuple(words):
        return None
    cooked = not lists.cooking.isdisjoint(words)
    return None if cooked and "raw" in tokens(found.description) else found


def _variants(words: list[str], lists: Lexicon) -> list[Words]:
    """The query as typed and with other names replaced by the releases' names, without repeats."""
    variants: list[list[str]] = [[]]
    place = 0
    while place < len(words):
        for size in range(min(lists.longest_name, len(words) - place), 0, -1):
            if options := lists.names.get(tuple(words[place : place + size])):
                break
        else:
            size, options = 1, ((words[place],),)
        variants = [[*done, *option] for done in variants for option in options][:8]
        place += size
    return list(dict.fromkeys([*map(tuple, variants), tuple(words)]))


def _found(words: Words, aside: frozenset[str], table: FoodTable, lists: Lexicon) -> list[tuple[int, float]]:
    """Foods that have all these words, else most of them, with scores."""
    vocabulary, total = table.vocabulary, table.count
    asked = {word: _asked(word, lists) * (ASIDE if word in aside else 1.0) for word in words}
    weights = {
        word: value * max(0.25, math.log(total / vocabulary.get(word, 1)) / math.log(total))
        for word, value in asked.items()
    }
    for word in weights.keys() - vocabulary.keys():
        weights[word] *= STRANGE
    known = [word for word in weights if word in vocabulary]
    if not known:
        return []
    rows = table.matching(_all_of(known), CANDIDATES)
    firm = [word for word in known if asked[word] > FIRM]
    if len(rows) < 40 and firm and len(firm) < len(known):
        rows += table.matching(_all_of(firm), CANDIDATES // 2)
    if len(rows) < 3 and len(known) > 1:
        telling = sorted(known, key=lambda word: -weights[word])[:5]
        pairs = [_all_of([a, b]) for i, a in enumerate(telling) for b in telling[i + 1 :]]
        rows += table.matching(" OR ".join(f"({pair})" for pair in pairs), CANDIDATES // 2)
        for word in telling[:3]:
            rows += table.matching(_all_of([word]), CANDIDATES // 5)
    return [(row[0], _score(words, weights, row, lists)) for row in dict.fromkeys(rows)]


def _asked(word: str, lists: Lexicon) -> float:
    """How much a word of the query matters; a bare number is mostly an amount."""
    return lists.asked.get(word, COUNT if word.isdigit() else 1.0)


def _all_of(words: list[str]) -> str:
    """Full-text expression for foods that have all these words."""
    return " AND ".join(f'"{word}"' for word in words)


def _score(words: Words, weights: dict[str, float], row: tuple[int, str, str, str], lists: Lexicon) -> float:
    """How well one food answers, 0-100: share of the query covered, less what was not asked for.

    Another name of the food (a brand, a dish sold under its heading) counts a little less than its own name.
    """
    _, food_id, described, others = row
    score = _fit(words, weights, described, "", lists)
    for name in others.split(", ") if others else ():
        if not weights.keys().isdisjoint(name.split()):
            score = max(score, 0.9 * _fit(words, weights, name, described, lists))
    if food_id.startswith(COOKED_CODES) and "raw" not in weights and "raw" in described.split(", ")[1:]:
        score -= 4.0
    return score - 2.5 * food_id.startswith("sr28")


def _fit(words: Words, weights: dict[str, float], name: str, also: str, lists: Lexicon) -> float:
    """Fit of a query to one name; words found only in ``also`` count for less."""
    parts = [part.split() for part in name.split(", ")]
    if len(parts) > 1 and len(parts[0]) == 1 and parts[0][0] in lists.classes and parts[0][0] not in weights:
        parts = [*parts[1:], parts[0]]
    present = {word for part in parts for word in part}
    beside = set(also.replace(",", "").split())
    asked = sum(weights.values())
    cooked = not lists.cooking.isdisjoint(present)
    covered = 0.0
    for word, weight in weights.items():
        if word in present:
            covered += weight
        elif word in beside:
            covered += 0.7 * weight
        elif cooked and word in lists.cooking:
            covered += 0.5 * weight
    if covered == 0:
        return 0.0
    unasked = 0.0
    for place, part in enumerate(parts):
        for word in part:
            if word not in weights:
                unasked += lists.unasked.get(word, 1.0) * (1.6 if place == 0 else 0.7)
    if also:
        unasked += 0.25 * sum(lists.unasked.get(word, 1.0) for word in beside if word not in weights)
    head = parts[0]
    heading = 0.5 * (head[0] in weights) + 0.5 * (head[-1] in weights or head[0] == words[-1])
    share = covered / asked
    return 100.0 * float(share**1.6) * (0.62 + 0.38 / (1 + 0.3 * unasked)) * (0.9 + 0.1 * heading)
