"""What is denied as a whole: "no medicines", "previously healthy", "neurological examination normal".

A list of medicines, too, says what is not on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from repletion.case.lexicon import Lexicon
from repletion.case.parts import Understood
from repletion.case.small_words import denied as small_words
from repletion.case.small_words import one_of
from repletion.case.tokens import Phrase, Token, words_of
from repletion.knowledge import Knowledge
from repletion.knowledge.base import with_wider
from repletion.knowledge.lists import CompleteList

_ELSEWHERE = frozenset(("lifestyle", "diet"))  # where "no drugs" and "healthy" speak of something else
_LONGEST = 4  # words that name what was examined


@cache
def _no_abnormal() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(small_words().no)})\s+(?:other\s+)?abnormal(?:it(?:y|ies))?\b")


@cache
def _nothing_seen() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of(small_words().no)})\s+(?:\w+\s+)?(?:{one_of(small_words().abnormal)})\b")


def nothing_found(said: str) -> bool:
    """Whether an investigation is said to have shown nothing: "the MRI was negative", "without alterations"."""
    low = said.lower()
    return bool(_nothing_seen().search(low)) or not small_words().shows_nothing.isdisjoint(words_of(low))


def denied_list(said: str, section: str, *, negative: bool, lexicon: Lexicon) -> CompleteList | None:
    """The list that a clause denies as a whole, if it does nothing else.

    ``said``: the clause.  ``section``: the key under which it stands; ``negative``: everything there is denied.
    """
    spoken = words_of(said.lower())
    cues = lexicon.words.cues
    kept, denied = _without(spoken, cues["list_denial"])
    kept, _ = _without(kept, cues["list_filler"])
    for record in lexicon.knowledge.lists.values():
        if section == record.section and kept == () and small_words().none.intersection(spoken):
            return record
        if section in _ELSEWHERE:
            continue
        if spoken in {words_of(text) for text in record.whole}:
            return record
        if (denied or negative) and kept in {words_of(text) for text in record.words}:
            return record
    return None


def _without(words: Phrase, cues: Iterable[Phrase]) -> tuple[Phrase, bool]:
    """The words without those of any cue, the longest cues first, and whether one was there."""
    longest = sorted(cues, key=len, reverse=True)
    kept: list[str] = []
    found = False
    at = 0
    while at < len(words):
        cue = next((c for c in longest if words[at : at + len(c)] == c), None)
        if cue is None:
            kept.append(words[at])
            at += 1
        else:
            found = True
            at += len(cue)
    return tuple(kept), found


def normal_signs(said: str, where: str, lexicon: Lexicon) -> list[Understood]:
    """The signs that a clause such as "neurological examination normal" says are absent."""
    if said.rstrip().endswith("?"):
        return []  # "is my power normal?" asks
    fillers = lexicon.words.cues["examined"]
    words = tuple(sorted(word for word in words_of(said.lower()) if (word,) not in fillers))
    return normal(lexicon.words.normal.get(words, ()) or _all_normal(said, lexicon), said, where, lexicon)


def normal(absent: Iterable[str], said: str, where: str, lexicon: Lexicon) -> list[Understood]:
    """The findings ``absent`` as what the words ``said`` deny."""
    findings = lexicon.knowledge.findings
    return [
        Understood(text=said, where=where, kind="finding", id=name, label=findings[name].label, present=False)
        for name in absent
    ]


def _all_normal(said: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The signs that are absent where several things are normal: "tone, power and reflexes were normal".

    Nothing else may be said: of "normal tone, weak legs" this reads nothing.
    """
    fillers = lexicon.words.cues["examined"]
    low = _no_abnormal().sub("normal", said.lower())
    words = [word for word in words_of(low) if word[0].isalnum() and (word,) not in fillers]
    if not small_words().normal.intersection(words):
        return ()
    left = [word for word in words if word not in small_words().normal]
    absent: list[str] = []
    known = lexicon.words.normal_of
    while left:
        size = next((n for n in range(min(_LONGEST, len(left)), 0, -1) if tuple(left[:n]) in known), 0)
        if not size:
            return ()
        absent += known[tuple(left[:size])]
        left = left[size:]
    return tuple(dict.fromkeys(absent))


def normal_runs(found: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[range, tuple[str, ...]]]:
    """Where several things examined are called normal beside other words, and the signs that are then absent.

    "Tone, power, cerebellar signs and cranial nerves normal"; "normal power, sensation and gait, weak grip".
    Each thing must stand alone between commas: of "normal sensation, gait ataxic" nothing is read here.
    """
    if not small_words().normal.intersection(t.low for t in found) or (found and found[-1].text == "?"):
        return
    at = 0
    while at < len(found):
        first = at
        before = found[at].low in small_words().normal
        items, after = _examined(found, at + before, lexicon)
        behind = _past(found, after, lexicon, marks=False)
        if not before and items and behind < len(found) and found[behind].low in small_words().normal:
            after = behind + 1
        elif not before:
            items = []
        if len(items) > 1:
            yield range(first, after), tuple(dict.fromkeys(name for item in items for name in item))
        at = after if len(items) > 1 else at + 1


def _examined(found: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[list[tuple[str, ...]], int]:
    """What things examined from token ``at`` on deny if normal, as far as they are a list; the index behind it."""
    known = lexicon.words.normal_of
    items: list[tuple[str, ...]] = []
    end = at
    while True:
        start = _past(found, end, lexicon, marks=bool(items))
        sizes = range(min(_LONGEST, len(found) - start), 0, -1)
        size = next((n for n in sizes if tuple(t.low for t in found[start : start + n]) in known), 0)
        after = start + size
        follows = _past(found, after, lexicon, marks=False)
        alone = follows == len(found) or found[follows].role == "mark" or found[follows].low in small_words().normal
        joined = follows > after and (any(t.low in small_words().joins for t in found[after:follows]))
        if not size or not (alone or joined):
            return items, end
        items.append(known[tuple(t.low for t in found[start:after])])
        end = after


def _past(found: Sequence[Token], at: int, lexicon: Lexicon, *, marks: bool) -> int:
    """The index after the small words of an examination (and commas) from token ``at`` on."""
    fillers = lexicon.words.cues["examined"]
    while at < len(found) and ((found[at].low,) in fillers or (marks and found[at].text == ",")):
        at += 1
    return at


def denial(record: CompleteList, text: str, where: str) -> Understood:
    """The statement that there is nothing but what was named."""
    return Understood(text=text, where=where, kind="list", id=record.id, label=record.label, present=False)


def given(understood: Iterable[Understood], knowledge: Knowledge) -> list[Understood]:
    """What the lists of medicines that a case gives say of other medicines."""
    named = list(understood)
    told = {u.id for u in named if u.kind == "list"}
    found = []
    for record in knowledge.lists.values():
        items = [u for u in named if u.where.split("[")[0].split(".")[0] == record.section and u.present and not u.past]
        known = all(u.certain for u in items)  # "water tablets" may be any of several
        if record.id not in told and record.closed and items and known:
            found.append(denial(record, ", ".join(dict.fromkeys(u.text for u in items))[:160], record.section))
    return found


def unless_told(understood: Iterable[Understood], lexicon: Lexicon) -> list[Understood]:
    """Without denials by a normal examination of signs that are named beside it, themselves or a narrower one."""
    named = list(understood)
    findings = lexicon.knowledge.findings
    said = (u.id for u in named if u.kind == "finding" and u.present)
    present = {name for found in said for name in with_wider(found, findings)}
    return [u for u in named if u.present or u.id not in present or not normal_signs(u.text, u.where, lexicon)]
