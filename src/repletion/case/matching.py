"""Which subjects the words of one statement name.

Two ways, and the one that uses more of the words wins: whole phrases of the lexicon, in any order of their words, and
a complaint bound to a part of the body ("weakness and numbness of arms and hands").
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from repletion.case.lexicon import MISSPELLED_FROM, Lexicon, Target, code_text
from repletion.case.small_words import Binding, binding
from repletion.case.tokens import Phrase, Token

LONGEST = 7
BESIDE = 3
REACH = 14
_SOFT_MARKS = frozenset("-'\"*")
_TWO_SLIPS_FROM = 9


@dataclass(frozen=True, slots=True)
class Match:
    """Targets named by the tokens ``at``.  ``whole``: by a phrase of the lexicon.  ``score``: 0-100."""

    targets: tuple[Target, ...]
    at: tuple[int, ...]
    whole: bool
    score: float = 100.0

    @property
    def silent(self) -> bool:
        """Whether its words are not to be read as a word inside them."""
        return any(t.kind == "silent" for t in self.targets)

    @property
    def names_more(self) -> bool:
        """Whether it names more than a medicine or the nutrient of a result."""
        return any(t.kind not in {"drug", "class", "nutrient"} for t in self.targets)

    @property
    def first(self) -> int:
        """Index of the first token."""
        return self.at[0]

    @property
    def last(self) -> int:
        """Index of the last token."""
        return self.at[-1]


@dataclass(frozen=True, slots=True)
class _Piece:
    group: tuple[str, ...]
    at: tuple[int, ...]


def correct(found: Sequence[Token], lexicon: Lexicon) -> tuple[list[Token], dict[int, float]]:
    """Tokens with misspelled words mended, and how sure each mending is (0-100).

    Only words of six letters or more that nothing knows are mended, to a word with the same first letter.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    mended: dict[int, float] = {}
    out = list(found)
    for i, token in enumerate(found):
        if token.role != "word" or len(token.low) < MISSPELLED_FROM or not token.low.isalpha():
            continue
        if token.stem in lexicon.known or token.low in lexicon.spellings or token.low in lexicon.words.no_slips:
            continue
        near = process.extract(
            token.low,
            lexicon.by_letter.get(token.low[0], ()),
            scorer=OSA.distance,
            score_cutoff=1 if len(token.low) < _TWO_SLIPS_FROM else 2,
            limit=2,
        )
        near = [hit for hit in near if _same_prefix(hit[0], token.low)]
        if not near:
            continue
        word, distance, _ = near[0]
        folded = lexicon.spellings[word]
        if len(near) > 1 and near[1][1] == distance and lexicon.spellings[near[1][0]] != folded:
            continue
        mended[i] = round(100 * (1 - distance / max(len(word), len(token.low))), 1)
        out[i] = Token(token.text, token.low, folded, token.start, token.end, token.role)
    return out, mended


def _same_prefix(word: str, typed: str) -> bool:
    """Too much is never a misspelling of too little: hyper- and hypo- stay apart."""
    return all(word.startswith(prefix) == typed.startswith(prefix) for prefix in binding().prefixes)


def _runs(found: Sequence[Token], *, grammar: bool, degree: bool, sides: bool = True) -> Iterator[list[int]]:
    """Runs of token indices between hard marks, without the words that are not wanted."""
    run: list[int] = []
    of_sides = binding().sides
    for i, token in enumerate(found):
        if token.role == "mark":
            if token.text not in _SOFT_MARKS:
                yield run
                run = []
        elif (
            (grammar or token.role != "grammar")
            and (degree or token.role not in {"degree", "number"})
            and (sides or token.low not in of_sides)
        ):
            run.append(i)
    yield run


def _strange(found: Sequence[Token], run: Sequence[int], words: Container[str]) -> list[int]:
    """How many of the first 0, 1, 2 ... tokens of a run are none of ``words``."""
    return [0, *accumulate(found[i].stem not in words for i in run)]


def _phrases(found: Sequence[Token], lexicon: Lexicon) -> Iterator[Match]:
    seen: set[tuple[int, ...]] = set()
    small = binding()
    sided = any(token.low in small.sides for token in found)
    for degree, sides in ((True, True), (True, False), (False, True)):
        if not sides and not sided:
            continue
        for run in _runs(found, grammar=False, degree=degree, sides=sides):
            strange = _strange(found, run, lexicon.phrase_words)
            for size in range(min(LONGEST, len(run)), 0, -1):
                for start in range(len(run) - size + 1):
                    if strange[start] != strange[start + size]:
                        continue
                    at = tuple(run[start : start + size])
                    key = tuple(sorted(found[i].stem for i in at))
                    if key not in lexicon.phrases:
                        continue
                    low = {t.low for t in found[max(0, at[0] - BESIDE) : at[-1] + 1 + BESIDE]}
                    want = lexicon.words.as_typed.get(key)
                    if want and want != tuple(found[i].low for i in at):
                        continue  # "a cup of coffee" is no "cups of coffee", "woman, black" no "Black woman"
                    targets = lexicon.told(key, low)
                    if targets and at not in seen and (key in lexicon.joined or not _crosses(found, at)):
                        seen.add(at)
                        yield Match(targets, at, whole=True)
    for run in _runs(found, grammar=True, degree=True):
        for size in range(min(LONGEST, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                at = tuple(run[start : start + size])
                key = tuple(found[i].stem for i in at)
                as_written = lexicon.verbatim.get(key)
                if as_written and lexicon.words.as_typed.get(key) in {None, tuple(found[i].low for i in at)}:
                    yield Match(tuple(as_written), at, whole=True)


def _crosses(found: Sequence[Token], at: tuple[int, ...]) -> bool:
    """Whether an "and" lies inside: "PTH was low and B12 260" does not say low B12."""
    parting = binding().parts_phrases
    return any(found[i].low in parting for i in range(at[0], at[-1]))


def _abbreviations(found: Sequence[Token], lexicon: Lexicon, *, listed: bool) -> Iterator[Match]:
    for i, token in enumerate(found):
        if token.role == "mark":
            continue
        targets = lexicon.abbreviations.get(token.text)
        if targets is None and listed and len(token.text) > 2:
            targets = lexicon.abbreviations.get(token.text.upper())
        if targets:
            yield Match(tuple(targets), (i,), whole=True)


def _pieces(found: Sequence[Token], table: dict[Phrase, tuple[str, ...]], words: Container[str]) -> dict[int, _Piece]:
    """The longest pieces of a word list in the text, by each token index they cover.  ``words``: all of its words."""
    covered: dict[int, _Piece] = {}
    for grammar in (True, False):
        for run in _runs(found, grammar=grammar, degree=True):
            strange = _strange(found, run, words)
            for size in range(min(6, len(run)), 0, -1):
                for start in range(len(run) - size + 1):
                    if strange[start] != strange[start + size]:
                        continue
                    at = tuple(run[start : start + size])
                    group = table.get(tuple(found[i].stem for i in at))
                    if group and not any(i in covered and len(covered[i].at) >= size for i in at):
                        piece = _Piece(group, at)
                        covered |= dict.fromkeys(at, piece)
    return covered


def _walk(
    found: Sequence[Token],
    start: int,
    step: int,
    parts: dict[int, _Piece],
    complaints: dict[int, _Piece],
    small: Binding,
    bridges: frozenset[str],
    adjectives: frozenset[str],
) -> tuple[list[_Piece], bool]:
    """Parts that belong to a complaint, walking left or right of it, and whether another complaint was passed."""
    collected: list[_Piece] = []
    passed = joined = bound = False
    i = start
    for _ in range(REACH):
        if not 0 <= i < len(found):
            break
        token = found[i]
        if i in parts:
            if step > 0 and not collected and not bound and joined and not passed:
                break  # "chest pain and leg weakness": the leg belongs to the next complaint
            if parts[i] not in collected:
                collected.append(parts[i])
        elif i in complaints:
            if collected or (not joined and i != start):
                break
            passed = passed or joined
        elif token.low in small.joins:
            joined = True
        elif token.low in small.binds:
            bound = True
        elif token.text == "," and step > 0 and collected and _parts_follow(found, i, parts, complaints, small):
            pass  # "cramps in hands, belly and legs"
        elif token.text == "," and step > 0 and i == start and _two_adjectives(found, i, adjectives):
            joined = True  # "burning, painful feet"
        elif (
            token.role not in {"grammar", "degree"}
            and token.text not in _SOFT_MARKS
            and not bridges.intersection((token.low, token.stem))
        ):
            break
        i += step
    return collected, passed


def _parts_follow(
    found: Sequence[Token], comma: int, parts: dict[int, _Piece], complaints: dict[int, _Piece], small: Binding
) -> bool:
    """Whether further parts follow a comma, and no complaint of theirs: "hands, feet", not "chest, weak legs"."""
    seen = False
    for i in range(comma + 1, len(found)):
        token = found[i]
        if i in complaints:
            return False
        if i in parts:
            seen = True
        elif token.role == "mark" and token.text != "," and token.text not in _SOFT_MARKS:
            break
        elif token.low in small.joins or token.low in small.binds or token.role in {"grammar", "degree", "mark"}:
            continue
        elif not seen or i - 1 in parts:
            return False  # "pain in the legs, head injury": a part with a word of its own
    return seen


def _two_adjectives(found: Sequence[Token], comma: int, adjectives: frozenset[str]) -> bool:
    around = found[comma - 1 : comma + 2 : 2]
    return len(around) == 2 and all(token.low in adjectives for token in around)


def _bound(found: Sequence[Token], lexicon: Lexicon) -> Iterator[Match]:
    complaints = _pieces(found, lexicon.complaints, lexicon.complaint_words)
    if not complaints:
        return
    parts = {
        i: piece for i, piece in _pieces(found, lexicon.words.parts, lexicon.part_words).items() if i not in complaints
    }
    named, adjectives = lexicon.words.named, lexicon.words.adjectives
    # "started around the eye months ago and spread to the cheek"
    small = binding()
    bridges = frozenset((*small.bridges, *lexicon.words.units, *lexicon.words.numbers, *lexicon.words.vague))
    for piece in dict.fromkeys(complaints.values()):
        left, passed = _walk(found, piece.at[0] - 1, -1, parts, complaints, small, bridges, adjectives)
        right, _ = _walk(found, piece.at[-1] + 1, 1, parts, complaints, small, bridges, adjectives)
        if right and passed:
            left = []
        complaint = piece.group[0]
        following = complaints.get(piece.at[-1] + 1) or complaints.get(piece.at[-1] + 2)
        if found[piece.at[0]].role == "degree" and following and following.group != piece.group:
            continue  # "painful leg cramps" are cramps
        hit = False
        for part in (*left, *right):
            names = [named[complaint, group] for group in part.group if (complaint, group) in named]
            if names:
                hit = True
                at = tuple(sorted({*piece.at, *part.at}))
                yield Match((_finding(lexicon, names[0]),), at, whole=False)
        if not hit and (complaint, "alone") in named:
            yield Match((_finding(lexicon, named[complaint, "alone"]),), piece.at, whole=False)


def _finding(lexicon: Lexicon, name: str) -> Target:
    record = lexicon.knowledge.findings[name]
    return Target("finding", name, record.label, code_text(record.codes))


def find(found: Sequence[Token], lexicon: Lexicon, *, listed: bool) -> list[Match]:
    """Every subject named, those that use more words first kept, in order of appearance.

    ``listed``: the words stand in a list under a key (abbreviations are then read in any case).
    """
    mended, sure = correct(found, lexicon)
    candidates = [*_phrases(mended, lexicon), *_abbreviations(mended, lexicon, listed=listed)]
    candidates += [m for m in _bound(mended, lexicon) if all(t.id in lexicon.knowledge.findings for t in m.targets)]

    def weight(match: Match) -> tuple[int, bool, int]:
        # of two with as many words of their own the one that uses more small words: "confused after a spell"
        return sum(mended[i].role != "grammar" for i in match.at), match.whole, len(match.at)

    chosen: list[Match] = []
    for match in sorted(candidates, key=weight, reverse=True):
        span = set(match.at)
        if any(span <= set(other.at) for other in chosen):
            continue
        if match.whole and any(span & set(other.at) for other in chosen if other.whole):
            continue
        if not match.whole and any(span & set(other.at) for other in chosen if other.silent):
            continue  # "decreased touch and pain sensation in the arms" is no pain
        score = min((sure[i] for i in match.at if i in sure), default=100.0)
        chosen.append(Match(match.targets, match.at, match.whole, score))
    return sorted(chosen, key=lambda match: (match.first, match.last))
