"""Misspelled words of a query brought to words that the table or the word lists know."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from repletion.foods.lexicon import Words, lexicon
from repletion.foods.table import FoodTable
from repletion.foods.tokens import singular

# Below this similarity a word is taken as unknown rather than as a slip (0-100, tuned on tests/foods).
CUTOFF = 76.0
# A word in no more foods than this may itself be a slip in the table.
RARE = 2
# How many readings of a misspelled word are tried against the written-down names and defaults.
OPTIONS = 8


@lru_cache(maxsize=2)
def _known(table: FoodTable) -> tuple[dict[str, int], list[str]]:
    known = dict(table.vocabulary)
    for word, count in lexicon().vocabulary.items():
        known[word] = known.get(word, 0) + 20 * count
    for word in (*lexicon().fillers, *lexicon().asked):
        known.setdefault(word, RARE + 1)
    return known, [word for word in known if len(word) > 2 and word.isalpha()]


@lru_cache(maxsize=4096)
def corrected(word: str, table: FoodTable, *, doubt: bool = False) -> tuple[tuple[Words, float], ...]:
    """What the word may have been meant to be, likeliest first: known words and how alike they are (0-1).

    A known word stands for itself.  A run-together word is parted (``peanutbutter``); otherwise known words
    near by edits and by their beginning are taken, common ones first; none when nothing is near.
    With ``doubt`` a known word may be a slip too.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA, JaroWinkler

    known, choices = _known(table)
    frequency = 0 if doubt and len(word) > 3 else known.get(word, 0)
    if frequency > RARE or not word.isalpha() or (frequency and len(word) < 5):
        return (((word,), 1.0),)
    if len(word) < 3:
        return ()
    parts = _parted(word, known)
    if parts and not frequency:
        return ((parts, 0.97),)
    scored: list[tuple[float, str]] = []
    forms = (word,) if word.endswith("s") else (word, word + "s")  # the s may belong to a slip: ``chees``
    near: dict[str, int] = {}
    for form in forms:
        for choice, edits, _ in process.extract(
            form, choices, scorer=OSA.distance, score_cutoff=1 + len(form) // 4, limit=60
        ):
            near[choice] = min(edits, near.get(choice, edits))
    for choice, edits in near.items():
        if choice == word or (frequency and (edits > 1 or known[choice] < 40 * frequency)):
            continue  # a word of one or two foods gives way only to a very like word of many
        score = 60 * (1 - edits / max(len(choice), len(word))) + 40 * JaroWinkler.similarity(choice, word)
        score += min(known[choice], 90) / 15 - 10 * (choice[0] != word[0]) + 2 * (set(choice) == set(word))
        if score >= CUTOFF:
            scored.append((-score, choice))
    if not scored and frequency:
        return (((word,), 1.0),)
    return tuple(((choice,), min(-score / 100, 0.99)) for score, choice in sorted(scored)[:OPTIONS])


def _parted(word: str, known: dict[str, int]) -> tuple[str, ...]:
    """The two common words that a run-together word is made of, if it is."""
    for cut in range(len(word) - 3, 2, -1):
        parts = (singular(word[:cut]), singular(word[cut:]))
        if all(known.get(part, 0) >= (8 if len(part) > 3 else 30) for part in parts):
            return parts
    return ()


def repair(words: list[str], table: FoodTable, *, doubt: bool = False) -> tuple[list[str], float]:
    """All words of a query repaired, with the mean likeness; words without a neighbour stay as they are.

    Two words that are one in the table (``water melon``) are joined.  Of several readings the one that is
    written down as a name or a default is taken, else the likeliest.
    """
    known, _ = _known(table)
    lists = lexicon()
    joined: list[str] = []
    for word in words:
        if joined:
            together, pair = joined[-1] + word, (joined[-1], word)
            strange = joined[-1] not in known or word not in known
            written = pair in lists.names or pair in lists.defaults
            if together in known and (strange or (table.vocabulary.get(together, 0) > RARE and not written)):
                joined[-1] = together
                continue
        joined.append(word)
    options = [corrected(word, table) or (((word,), 0.5),) for word in joined]
    if doubt:
        options = [
            (
                *options[place],
                *(option for option in corrected(word, table, doubt=True) if option not in options[place]),
            )
            for place, word in enumerate(joined)
        ]
    choices = product(*options) if sum(len(option) > 1 for option in options) <= 4 else iter(())
    for choice in choices:
        phrase = tuple(word for words_, _ in choice for word in words_)
        if len(phrase) > 1 and (phrase in lists.defaults or phrase in lists.names):
            break
    else:
        choice = tuple(option[0] for option in options)
    likeness = sum(alike for _, alike in choice) / max(len(choice), 1)
    return [word for words_, _ in choice for word in words_], likeness
