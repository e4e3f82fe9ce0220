"""Phrases of the red flags, looked for in the words as typed.

This reads text by itself, more simply than the case reader does and independently of it: what the vocabulary did not
understand must still raise the alarm.  A phrase is a row of words that stand in this order within one clause, with at
most :data:`GAP` other words between two of them.  ``a|b`` means one or the other, ``droop~`` any ending, ``had+a+fit``
words that stand side by side, ``##`` a number of two digits or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from repletion.case.when import of_the_past
from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml

GAP = 3
"""Most words that may stand between two words of a phrase; a limit of reading, not of medicine."""
REACH = 6
"""Most words that a negation reaches forward."""
NEVER_REACH = 12
"""Words behind "never" among which one says that it is so now."""
LONGEST_WORD = 40
"""Letters of a word that are compared; no phrase has longer words."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})
_SENTENCE = re.compile(r"[.;!?\n\r]+(?=\s|$)|\n")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[,:=]|(?<=\s)-+(?=\s)")
_MARKS = frozenset({",", ":", "=", "-", "--"})
_ANSWER = _MARKS - {","}
_AGE = re.compile(r"2[5-9]|[3-9]\d")  # a smaller number may be the hour
_MANY = "##"
_NOTHING = "\N{MIDDLE DOT}"
_EACH = "~"
_UNABLE = "can't"
_SHORTEST_SLIP, _SURE, _LONG = 4, 6, 10  # letters; in a short word only letters that changed places or are missing


@cache
def _cues() -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[str]] = parse_yaml((DATA / "words" / "red_flag_cues.yaml").read_text(encoding="utf-8"))
    names = table["told_of"]
    table["other_person"] = [
        phrase.replace(_EACH, name) for phrase in table["other_person"] for name in (names if _EACH in phrase else [""])
    ]
    return {role: tuple(tuple(phrase.split()) for phrase in phrases) for role, phrases in table.items()}


@cache
def _starting(role: str) -> dict[str, list[tuple[str, ...]]]:
    """The cues of a role by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for cue in _cues()[role]:
        found.setdefault(cue[0], []).append(cue)
    return found


def _cue_at(tokens: Sequence[str], i: int, role: str) -> int:
    """Number of tokens of the cue of this role that starts at ``i``; 0 when none does."""
    starting = _starting(role).get(tokens[i])
    if starting is None:
        return 0
    return max((len(cue) for cue in starting if tuple(tokens[i : i + len(cue)]) == cue), default=0)


@cache
def _single(role: str) -> frozenset[str]:
    """The cues of a role, each of which is one word."""
    return frozenset(word for (word,) in _cues()[role])


def _said(tokens: Sequence[str], role: str) -> bool:
    return any(_cue_at(tokens, i, role) for i in range(len(tokens)))


def _pattern(word: str) -> str:
    if word == _MANY:
        return r"[1-9]\d+"
    return re.escape(word.removesuffix("~")) + (r"[^+]*" if word.endswith("~") else "")


@lru_cache(maxsize=4096)
def _compile(phrase: str) -> tuple[re.Pattern[str], ...]:
    """One pattern for each word of a phrase; adjacent words (``had+a+fit``) share a pattern over joined tokens."""
    return tuple(
        re.compile(
            "|".join(
                r"\+".join(map(_pattern, words)) for words in (option.split("+") for option in part.lower().split("|"))
            )
        )
        for part in phrase.split()
    )


@lru_cache(maxsize=4096)
def _sizes(part: re.Pattern[str]) -> range:
    """How many tokens one part of a phrase may span."""
    widths = [option.count(r"\+") + 1 for option in part.pattern.split("|")]
    return range(min(widths), max(widths) + 1)


def _spans(
    tokens: Sequence[str], parts: Sequence[re.Pattern[str]], start: int
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Ways in which ``parts`` match from ``start``: the indices they take, and the index after the last."""
    first, rest = parts[0], parts[1:]
    for size in _sizes(first):
        end = start + size
        if end > len(tokens) or not first.fullmatch("+".join(tokens[start:end])):
            continue
        taken = tuple(range(start, end))
        if not rest:
            yield taken, end
            continue
        for following in range(end, min(end + GAP + 1, len(tokens))):
            if _MARKS & set(tokens[end:following]):
                break
            for more, last in _spans(tokens, rest, following):
                yield (*taken, *more), last


def _negated(tokens: Sequence[str], taken: Sequence[int], end: int) -> bool:
    """Whether the words at ``taken`` are said to be absent."""
    first = taken[0]
    inside = [i for i in range(first, end) if i not in taken]
    if any(_cue_at(tokens, i, "negation") and not _cue_at(tokens, i, "idle") for i in inside):
        return True
    after = end + 1 if end < len(tokens) and tokens[end] in _MARKS else end
    size = _cue_at(tokens, after, "negation_after") if after < len(tokens) else 0
    if size:
        following = tokens[after + size : after + size + 1]
        if size > 1 or after > end or not following or following[0] in _MARKS:
            return True
    if _answered_no(tokens, end):
        return True
    words = 0
    comma = False
    for i in range(first - 1, -1, -1):
        if tokens[i] in _MARKS:
            comma = True
            continue
        if _cue_at(tokens, i, "negation"):
            if _cue_at(tokens, i, "idle") or (tokens[i] == "never" and _never_yet(tokens, i)):
                continue
            if i > 0 and _cue_at(tokens, i - 1, "aside") and "and" in tokens[i:first]:
                return False
            if not comma:
                return True
            # "no pain, slurred speech or droop" goes on after the comma; "no pain, face drooping" does not
            return bool(_single("list_joins") & set(tokens[i:])) and not any(
                _cue_at(tokens, j, "negation_end") or tokens[j] in _single("new_subject") for j in range(i + 1, first)
            )
        if _cue_at(tokens, i, "negation_end"):
            return False
        words += 1
        if words > REACH and not comma:
            return False
    return False


def _never_yet(tokens: Sequence[str], i: int) -> bool:
    """Whether the "never" at ``i`` measures what is there now: "never had such pain"."""
    for j in range(i + 1, min(i + NEVER_REACH, len(tokens))):
        if tokens[j] in _MARKS or tokens[j] in _single("never_ends"):
            return False
        if _cue_at(tokens, j, "never_yet"):
            return not _cue_at(tokens, j, "never_still")
    return False


def _answered_no(tokens: Sequence[str], end: int) -> bool:
    """Whether the row ends as a filled-in form does: "slurred speech: none"."""
    mark = next((i for i in range(end, min(end + 3, len(tokens))) if tokens[i] in _MARKS), None)
    if mark is None or tokens[mark] not in _ANSWER or mark + 1 >= len(tokens):
        return False
    last = mark + 2 >= len(tokens) or tokens[mark + 2] in _MARKS
    return last and bool(_cue_at(tokens, mark + 1, "negation_after"))


@dataclass(frozen=True, slots=True)
class _Clause:
    """One sentence as tokens; ``heads``: every beginning of every token, to rule phrases out cheaply."""

    tokens: tuple[str, ...]
    words: frozenset[str]
    heads: frozenset[str]


@cache
def _alarms() -> tuple[frozenset[str], frozenset[str]]:
    """Words of alarm, and words that stay what they are."""
    spelled, others = ({word for cue in _cues()[role] for word in cue} for role in ("spelled", "not_misspelled"))
    return frozenset(spelled), frozenset(spelled | others)


@lru_cache(maxsize=8192)
def _spelled(word: str) -> str:
    """A mistyped word of alarm as it is meant; any other word as it is."""
    wanted, known = _alarms()
    if len(word) < _SHORTEST_SLIP or word in known:
        return word
    from rapidfuzz.distance import OSA

    near = []
    for target in wanted:
        slips = OSA.distance(word, target, score_cutoff=2)
        if target[0] != word[0] or slips > (2 if len(target) >= _LONG else 1):
            continue
        if len(target) >= _SURE or sorted(word) == sorted(target) or len(word) < len(target) > _SHORTEST_SLIP:
            near.append((slips, target))
    return min(near)[1] if near else word


def _without_harmless(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens with words such as "blackout curtains" taken out, and "not been able to" as "can't".

    Nothing can match in the place of the first.
    """
    kept: list[str] = []
    i = 0
    while i < len(tokens):
        size, unable = _cue_at(tokens, i, "harmless"), _cue_at(tokens, i, "unable")
        kept += [_NOTHING] if size else [_UNABLE] if unable else [_spelled(tokens[i])]
        i += size or unable or 1
    return tuple(kept)


def _at_an_age(tokens: Sequence[str], goes_on: bool) -> bool:
    """Whether something befell a relative at an age and not now: "brother became paralysed at the age of 40".

    ``goes_on``: another sentence is about the writer.  A bare number counts only then, as the last word of its
    sentence: "dad collapsed at 70" may be today, or in a street.
    """
    if "at" not in tokens or _said(tokens, "now") or not _said(tokens, "relative"):
        return False
    if goes_on and len(tokens) > 1 and tokens[-2] == "at" and _AGE.fullmatch(tokens[-1]):
        return _said(tokens, "befell_at")
    named = any(tokens[i + 1] == "age" or tokens[i + 1 : i + 3] == ("the", "age") for i in _places(tokens, "at"))
    return named and _said(tokens, "befell")


def _places(tokens: Sequence[str], word: str) -> Iterator[int]:
    """Where ``word`` stands with another word behind it."""
    return (i for i in range(len(tokens) - 1) if tokens[i] == word)


def _elsewhere(tokens: Sequence[str], goes_on: bool) -> bool:
    """Whether these words are about somebody else, about the past, or only feared.  ``goes_on``: as for an age."""
    if _at_an_age(tokens, goes_on):
        return True
    now = _said(tokens, "now")
    if _said(tokens, "hypothetical"):
        return True
    other = _said(tokens, "other_person") and not _said(tokens, "own_deed")
    if now:
        return other and not _said(tokens, "today")
    return other or _over(tokens)


def _over(tokens: Sequence[str]) -> bool:
    """Whether words or a year say that it is past."""
    dated = _single("not_dated").isdisjoint(tokens) and any(of_the_past(tokens, i) for i in range(len(tokens)))
    return dated or _said(tokens, "past")


def _own(tokens: tuple[str, ...], goes_on: bool = False) -> Iterator[tuple[str, ...]]:
    """The parts of a sentence that are about the person and about now; the whole of it when all is."""
    if not tokens:
        return
    if not _elsewhere(tokens, goes_on) and not (_over(tokens) or _said(tokens, "other_person")):
        yield tokens
        return
    parts: list[list[str]] = [[]]
    for i, word in enumerate(tokens):
        if word == "," or (word in _single("part_joins") and tokens[i + 1 : i + 2] and tokens[i + 1] in _single("own")):
            parts.append([])
        else:
            parts[-1].append(word)
    yield from (tuple(part) for part in parts if part and not _elsewhere(tuple(part), goes_on))


@lru_cache(maxsize=2048)
def _clauses(text: str) -> tuple[_Clause, ...]:
    """The sentences of ``text`` that speak of the person and of now."""
    found = []
    sentences = [tuple(_TOKEN.findall(part)) for part in _SENTENCE.split(text.translate(_QUOTES).lower())]
    others = [word for sentence in sentences[1:] for word in sentence]
    goes_on = _single("own").intersection(others) and not _said(others, "now") and not _said(others, "of_them_now")
    for sentence in sentences:
        for tokens in _own(_without_harmless(sentence), bool(goes_on)):
            words = frozenset(tokens)
            heads = frozenset(word[:i] for word in words for i in range(1, min(len(word), LONGEST_WORD) + 1))
            found.append(_Clause(tokens, words, heads))
    return tuple(found)


@lru_cache(maxsize=4096)
def _needs(phrase: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """For each part of a phrase the whole words and the beginnings of which one must stand in the clause."""
    needs = []
    for part in phrase.lower().split():
        first = [option.split("+")[0] for option in part.split("|")]
        digits = "123456789" if _MANY in first else ""
        needs.append(
            (
                frozenset(word for word in first if not word.endswith("~") and word != _MANY),
                frozenset([*digits, *(word.removesuffix("~") for word in first if word.endswith("~"))]),
            )
        )
    return tuple(needs)


def _possible(clause: _Clause, phrase: str) -> bool:
    return all(
        not (whole.isdisjoint(clause.words) and begin.isdisjoint(clause.heads)) for whole, begin in _needs(phrase)
    )


def words_of(text: str) -> tuple[set[str], set[str]]:
    """Every word of a text in which :func:`find` would look, and every beginning of one."""
    words: set[str] = set()
    heads: set[str] = set()
    for clause in _clauses(text):
        words.update(clause.words)
        heads.update(clause.heads)
    return words, heads


@lru_cache(maxsize=1024)
def starts_of(phrases: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings with which one of the phrases starts; a clause without any of them holds none."""
    needs = [_needs(phrase)[0] for phrase in phrases]
    return frozenset().union(*(whole for whole, _ in needs)), frozenset().union(*(begin for _, begin in needs))


def find(phrases: Iterable[str], text: str) -> str | None:
    """The first words of ``text`` that match one of ``phrases`` and are stated as present and present now."""
    wanted = tuple(phrases)
    whole, begin = starts_of(wanted)
    for clause in _clauses(text):
        if whole.isdisjoint(clause.words) and begin.isdisjoint(clause.heads):
            continue
        tokens = clause.tokens
        for phrase in wanted:
            if not _possible(clause, phrase):
                continue
            parts = _compile(phrase)
            for start in range(len(tokens)):
                for taken, end in _spans(tokens, parts, start):
                    if not _negated(tokens, taken, end):
                        return " ".join(tokens[taken[0] : end]).replace(" ,", ",")
    return None
