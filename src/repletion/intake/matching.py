"""Which food is meant: the release's exact name first, older names rewritten, then the food search."""

from __future__ import annotations

import re
from functools import lru_cache

from repletion.foods import Food, Hit, search
from repletion.intake.wording import rewrites, words

# From this score a food is known well enough with what stands in its brackets.
KNOWN = 72.0
_FOLD = re.compile(r"[^a-z0-9%]+")


def _fold(text: str) -> str:
    return _FOLD.sub(" ", text.lower()).strip()


def present_name(text: str) -> str:
    """The name as the present release would say it ("Milk, cow's, fluid, whole" → "Milk, whole")."""
    for pattern, replacement in rewrites():
        text = pattern.sub(replacement, text)
    return re.sub(r"(\s*,)+\s*", ", ", text).strip(" ,")


def _exact(text: str, hits: list[Hit]) -> Food | None:
    folded = _fold(text)
    return next((hit.food for hit in hits if _fold(hit.food.description) == folded), None)


def _bare(text: str) -> str:
    """Without brackets: a maker, a note."""
    return re.sub(r"\s+", " ", re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)).strip(" ,")


def _plain_sandwich(text: str) -> str:
    """A sandwich without what is said to be on it, or nothing."""
    before, *after = re.split(r"\s+(?:on|with|w/)\s+", text, maxsplit=1, flags=re.I)
    return before if after and before.split() and before.split()[-1].lower() in words().sandwiches else ""


def _alike(name: str, description: str) -> float:
    """Likeness 0-100 of two names in the manner of the releases: head words first, details after."""
    ours, theirs = ([_fold(part).split() for part in text.split(",")] for text in (name, description))
    if not ours or not theirs:
        return 0.0
    first, second = ({word.rstrip("s") for part in parts for word in part} for parts in (ours, theirs))
    shared = len(first & second)
    head = {word.rstrip("s") for word in ours[0]} & {word.rstrip("s") for word in theirs[0]}
    return 100 * (0.75 * 2 * shared / max(1, len(first) + len(second)) + 0.25 * bool(head))


@lru_cache(maxsize=4096)
def find_food(text: str) -> tuple[Hit, ...]:
    """Candidates for a food's words, best first; empty when no word is known."""
    text = text.strip(" ,;:.")[:300]
    if not text:
        return ()
    renamed = present_name(text)
    hits: dict[str, Hit] = {}
    # A name of an older release is sought by its present name first: everyday defaults are for everyday words.
    typed = (text, renamed) if renamed == text or _exact(text, search(text, limit=40)) else (renamed, text)
    for query in dict.fromkeys((*typed, _bare(text))):
        # A maker in brackets is left out only where the food with it is not known.
        if not query or (query not in typed and max((hit.score for hit in hits.values()), default=0) >= KNOWN):
            continue
        found = search(query, limit=40)
        if (food := _exact(query, found)) is not None:
            hits[food.id] = Hit(food, 100.0)
            if query == typed[0]:
                break
        release_like = query.count(",") >= 1
        for hit in found:
            score = hit.score
            if release_like and score < 90:
                score = max(score, 0.9 * _alike(renamed, hit.food.description))
            if hit.food.id not in hits or hits[hit.food.id].score < score:
                hits[hit.food.id] = Hit(hit.food, score)
    plain = _plain_sandwich(text)
    if plain and max((hit.score for hit in hits.values()), default=0) < KNOWN:
        for hit in search(plain, limit=3):
            if hit.score >= KNOWN:
                hits[hit.food.id] = Hit(hit.food, KNOWN)
    return tuple(sorted(hits.values(), key=lambda hit: -hit.score)[:10])
