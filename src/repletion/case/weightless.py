"""What is known and moves nothing here: a cough, a hiatus hernia, a desk job, "about ten days ago".

Looked at only where nothing else of a clause was read, so that it can hide no finding and no alarm.  What stands beside
it and is not known is still said to be not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from repletion.case.durations import Span
from repletion.case.small_words import weighs_nothing
from repletion.case.tokens import Phrase, Spelling, Token, folds

_LONGEST = 5  # words of the longest phrase looked for


def _content(cut: Sequence[tuple[str, str, str]]) -> Phrase:
    return tuple(word for _, word, role in cut if role not in {"grammar", "degree"})


class _Known(NamedTuple):
    """Folded phrases that weigh nothing, by what is said of them.

    ``named``: worth naming when only they are known in a clause; ``plain``: foods and habits, which are not.
    """

    named: frozenset[Phrase]
    plain: frozenset[Phrase]
    course: frozenset[Phrase]
    denied: frozenset[Phrase]
    beside: frozenset[str]
    alarming: frozenset[str]
    limiting: frozenset[str]


@lru_cache(maxsize=4)
def _known(spelling: Spelling) -> _Known:
    lists = weighs_nothing()

    def folded(*names: str) -> frozenset[Phrase]:
        texts = (text for name in names for text in getattr(lists, name))
        cut = [folds(text, spelling) for text in texts]
        whole = {tuple(word for _, word, _ in each) for each in cut}
        # "pain in his feet" is "pain in feet": of two words and more the small ones are left out
        return frozenset(whole | {key for each in cut if len(key := _content(each)) > 1})

    named = folded("complaints", "conditions", "state_of_the_whole", "examinations", "treatments", "diets")
    words = (frozenset(word for key in folded(name) for word in key) for name in ("beside", "alarming", "limiting"))
    return _Known(named, folded("habits", "foods"), folded("course"), folded("denied"), *words)


def _phrases(
    words: Sequence[int], found: Sequence[Token], known: _Known, *, limited: bool, denied: bool, least: int
) -> Iterator[tuple[Phrase, Sequence[int]]]:
    """Phrases of at least ``least`` words among the tokens ``words``, the longest at each place."""
    stems = [found[i].stem for i in words]
    at = 0
    while at < len(words):
        fits = [tuple(stems[at : at + n]) for n in range(min(_LONGEST, len(words) - at), least - 1, -1)]
        key = next((k for k in fits if k in known.named or k in known.course or (k in known.plain and not limited)), ())
        if not key and denied:
            key = next((k for k in fits if k in known.denied), ())
        if key:
            yield key, words[at : at + len(key)]
        at += max(len(key), 1)


def remark(
    said: str,
    clause: Iterable[int],
    found: Sequence[Token],
    times: Sequence[Span],
    spelling: Spelling,
    *,
    of_food: bool = False,
    denied: bool = False,
    age: float | None = None,
) -> str | None:
    """What is to be said of the words ``said`` (tokens ``clause``) when they are known and weigh nothing.

    ``times``: lengths of time in the sentence.  ``of_food``: foods are named here.  ``denied``: it is
    told as absent, which what is grave must be.  ``age``: years, when known.  ``None``: they are not known, a
    word of alarm is there, or it is told of a young infant, in whom little is without weight.
    """
    if age is not None and age * 12 < weighs_nothing().least_months:
        return None
    known = _known(spelling)
    run = [i for i in clause if found[i].role != "mark"]
    limited = not known.limiting.isdisjoint(found[i].stem for i in run)
    covered = {i for i in run if any(span.start <= found[i].start < span.end for span in times)}
    timed, plain = bool(covered), False
    named: list[str] = []
    content = [i for i in run if found[i].role == "word"]
    for least, words in ((1, run), (2, content)):
        for key, at in _phrases(words, found, known, limited=limited, denied=denied, least=least):
            if covered.isdisjoint(at):
                covered.update(at)
                plain, timed = plain or key in known.plain, timed or key in known.course
                if key in known.named or key in known.denied or (of_food and key in known.plain):
                    named.append(" ".join(found[i].text for i in at))
    if any(token.stem in known.alarming for i, token in enumerate(found) if i not in covered):
        return None
    small = known.beside | spelling.grammar
    rest = [i for i in run if found[i].role == "word" and i not in covered and found[i].stem not in small]
    if rest and not named:
        return None
    if rest:
        names = "”, “".join(dict.fromkeys(named))
        return f"Of “{said}” only “{names}” was read, and nothing here depends on it; the rest was not understood."
    if named or plain:
        return f"“{said}” was read; nothing here depends on it."
    return f"“{said}” was read as a time or a course; what it belongs to is not named beside it." if timed else None
