"""Misspelled words of a query brought to words that the table or the word lists know."""

from __future__ import annotations

from functools import lru_cache

from repletion.foods.lexicon import lexicon
from repletion.foods.table import FoodTable
from repletion.foods.tokens import singular

# Below this similarity a word is taken as unknown rather than as a slip (0-100, tuned on tests/foods).
CUTOFF = 72.0
# A word in no more foods than this may itself be a slip in the table.
RARE = 2


@lru_cache(maxsize=2)
def _known(table: FoodTable) -> tuple[dict[str, int], list[str]]:
    known = dict(table.vocabulary)
    for word, count in lexicon().vocabulary.items():
        known[word] = known.get(word, 0) + 20 * count
    for word in lexicon().fillers:
        known.setdefault(word, 1)
    return known, [word for word in known if len(word) > 2 and word.isalpha()]


@lru_cache(maxsize=4096)
def corrected(word: str, table: FoodTable) -> tuple[tuple[str, ...], float]:
    """The word as known words and how alike they are (0-1); no words when nothing is near.

    A run-together word is parted (``peanutbutter``); otherwise the nearest known word by edits and sound of
    the beginning is taken, the commoner one when two are as near.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA, JaroWinkler

    known, choices = _known(table)
    frequency = known.get(word, 0)
    if frequency > RARE or not word.isalpha() or word in lexicon().vocabulary:
        return (word,), 1.0
    if len(word) < 3:
        return ((word,), 1.0) if frequency else ((), 0.0)
    parts = _parted(word, known)
    if parts and not frequency:
        return parts, 0.97
    near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=1 + len(word) // 4, limit=25)
    best, best_score = "", 0.0
    for choice, edits, _ in near:
        if choice == word:
            continue
        longest = max(len(choice), len(word))
        score = 100 * (1 - edits / longest) * 0.6 + 100 * JaroWinkler.similarity(choice, word) * 0.4
        score += min(known[choice], 90) / 15 - 10 * (choice[0] != word[0])
        if set(choice) == set(word):
            score += 2
        if score > best_score:
            best, best_score = choice, score
    if frequency:  # a word of one or two foods, very like a word of many: a brand's or a label's spelling
        slip = best and known[best] > 40 * frequency and OSA.distance(best, word) == 1 and len(word) > 4
        return ((best,), 0.95) if slip else ((word,), 1.0)
    if best_score < CUTOFF:
        return (), 0.0
    return (best,), min(best_score / 100, 0.99)


def _parted(word: str, known: dict[str, int]) -> tuple[str, ...]:
    """The two common words that a run-together word is made of, if it is."""
    for cut in range(len(word) - 3, 2, -1):
        parts = (singular(word[:cut]), singular(word[cut:]))
        if all(known.get(part, 0) >= (8 if len(part) > 3 else 30) for part in parts):
            return parts
    return ()


def repair(words: list[str], table: FoodTable) -> tuple[list[str], float]:
    """All words of a query repaired, with the mean likeness; words without a neighbour stay as they are.

    Two words that are one in the table (``water melon``) are joined.
    """
    known, _ = _known(table)
    joined: list[str] = []
    for word in words:
        if joined and word not in ("and", "or", "with") and (joined[-1] not in known or word not in known):
            together = joined[-1] + word
            if together in known:
                joined[-1] = together
                continue
        joined.append(word)
    repaired: list[str] = []
    likeness = 0.0
    for word in joined:
        found, alike = corrected(word, table)
        repaired.extend(found or (word,))
        likeness += alike if found else 0.5
    return repaired, likeness / max(len(joined), 1)
