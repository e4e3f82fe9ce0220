"""Laboratory results inside running text ("Mg 1.4 mg/dL, PTH was low"), and whole entries under ``labs``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

from repletion.case.labs import Number, band_of, find_panel, find_test, read_number, read_range
from repletion.case.lexicon import Lexicon, compact
from repletion.case.numeric import Entry, numeric
from repletion.case.parts import Band, Lab
from repletion.case.sheet import behind as sheet_behind
from repletion.case.small_words import laboratory
from repletion.case.tokens import Token, words_of
from repletion.errors import Issue
from repletion.knowledge.models import Test
from repletion.units import normalize

_UNIT_TAIL = re.compile(r"^[\s]*((?:x\s*)?(?:10\s*(?:\^|\*)\s*\d+|[^\s,;()\d]+)(?:\s*/\s*[^\s,;()]+)*(?:\s?h\b)?)")
_MEASURED = re.compile(
    r"\s*(?:is|was|=|:)?\s*[<>]?\s*\d+(?:[.,]\d+)?\s*(?:mmol|umol|µmol|nmol|pmol|meq|mg|ug|µg|ng|pg|g)\s*/\s*d?l\b",
    re.I,
)
"""A result behind a short name that was typed in small letters: "k 2.1 mmol/l"."""
_NUMBERED = re.compile(r"\s*(?:is|was|=|:|of)?\s*[<>]?\s*\d+(?:[.,]\d+)?(?!\s*(?:mg|mcg|g|iu)\b)", re.I)
"""A number right behind a name of three letters in any case: "crp 4", "Tsh 2.1"."""
_TO = re.compile(r"\s*(?:-|–|to)\s*\d+(?:[.,]\d+)?")
_RANGE_BEHIND = re.compile(
    r"\s*(?P<open>[(\[])?\s*(?:(?:reference |ref\.? |normal )?range|reference|ref\.?|normal)?\s*:?\s*"
    r"(?P<range>[<>≤≥]\s*\d+(?:[.,]\d+)?(?!\s*[-–\d])|(?<![\d.,])\d+(?:[.,]\d+)?\s*(?:-|–|to)\s*\d+(?:[.,]\d+)?)"
    r"(?:\s*(?P<unit>[^\W\d_][^\s,;()\]]*))?\s*(?P<close>[)\]])?",
    re.IGNORECASE,
)
"""A laboratory's own range behind a result: "(13 - 150)", "range 0.30 - 3.94", "4.6 - 18.7 ug/L"."""
_IN_RANGE = frozenset("-–<>.")
_BEFORE_VALUE = frozenset("-–:=")
_WIDEST = 2  # a range whose ends lie further apart is the laboratory's own, not what was measured
_LONGEST_NAME = 7
_SHORT = 3
_BAND_WORDS = (5, 4, 3, 2, 1)  # "below the limit of detection"
_DENIED_FROM = 6  # words before a result in one word that may deny it
_BETWEEN = 4  # words between the name of a test and its value


@dataclass(frozen=True, slots=True)
class Stated:
    """A result found in text: the test, its tokens, and a number or a band; ``own``: the laboratory's range."""

    test: str
    first: int
    last: int
    name: str
    value: str
    unit: str
    band: Band | None
    own: tuple[float | None, float | None] | None = None


class _Compact:
    """A text of which any part is had in the form of :func:`compact`."""

    def __init__(self, text: str) -> None:
        parts = [compact(c) if ord(c) > 127 else c.lower() if c.isalnum() else "" for c in text]
        self._whole = "".join(parts)
        self._starts = [0, *accumulate(map(len, parts))]

    def part(self, start: int, end: int) -> str:
        """From character ``start`` to ``end``."""
        return self._whole[self._starts[start] : self._starts[end]]


def _name_at(
    found: Sequence[Token], i: int, text: str, compacted: _Compact, lexicon: Lexicon
) -> tuple[str, int] | None:
    """The longest name of a test that starts at token ``i``, with the index after it."""
    for size in range(min(_LONGEST_NAME, len(found) - i), 0, -1):
        key = compacted.part(found[i].start, found[i + size - 1].end)
        test = lexicon.tests.get(key)
        if test is None or not found[i + size - 1].text.strip() or found[i + size - 1].text in ",;:=.(<>":
            continue
        if any(t.low in laboratory().other_tests for t in found[i + size : i + size + 2]):
            return None  # "thyrotropin-receptor antibodies" are no thyrotropin
        raw = text[found[i].start : found[i + size - 1].end]
        if (
            len(key) <= _SHORT
            and not (raw.endswith("+") and i + size < len(found) and found[i + size].role == "number")
            and raw.rstrip("+-0123456789") not in {s.rstrip("+-0123456789") for s in lexicon.test_spellings[key]}
            and not (_MEASURED.match(text, found[i + size - 1].end) and (i == 0 or found[i - 1].role != "number"))
            and not (len(key) == _SHORT and raw.isalpha() and _NUMBERED.match(text, found[i + size - 1].end))
        ):
            continue
        return test, i + size
    return None


def _band_before(found: Sequence[Token], i: int, lexicon: Lexicon) -> tuple[Band, int, int] | None:
    """A band that ends just before token ``i`` ("profoundly low potassium"), where it begins, and the index behind."""
    while i and found[i - 1].low in laboratory().before_name:
        i -= 1  # "decreased levels of serum zinc"
    for size in _BAND_WORDS:
        if i - size < 0:
            continue
        band = lexicon.words.bands.get(tuple(t.low for t in found[i - size : i]))
        if band and band not in {"positive", "negative"} and found[i - 1].low not in laboratory().no_band_before:
            return band, i - size, i  # type: ignore[return-value]
    return None


def stated(found: Sequence[Token], text: str, lexicon: Lexicon) -> Iterator[Stated]:
    """Results in a sentence.  An amount ("magnesium 400 mg") is a dose and no result."""
    i, compacted, small = 0, _Compact(text), laboratory()
    while i < len(found):
        if (whole := small.named_results.get(found[i].low)) and not _denied(found, i, lexicon):
            test, level = whole
            hit = _numeric_at(found, i, i + 1, text, test, found[i].text)
            yield hit or Stated(test, i, i, "", found[i].text, "", cast(Band, level))
            i = hit.last + 1 if hit else i + 1
            continue
        named = _name_at(found, i, text, compacted, lexicon) if found[i].role != "mark" else None
        if named is None:
            i += 1
            continue
        test, after = named
        j = after = _past_short_name(found, after, test, compacted, lexicon)
        while j < len(found) and j - after < _BETWEEN and _between(found, j) and found[j].low != "-":
            if _past_range(found, j) != j:
                break  # a bracket that holds the laboratory's range is passed as a whole
            j += 1
        name = text[found[i].start : found[after - 1].end]
        hit = _numeric_at(found, i, _past_band(found, _past_range(found, j), lexicon), text, test, name)
        if hit is not None:
            hit = _newer(found, hit, text) or hit
            yield hit
            i = hit.last + 1
            continue
        for size in _BAND_WORDS:
            band = (
                lexicon.words.bands.get(tuple(t.low for t in found[j : j + size])) if j + size <= len(found) else None
            )
            if j + size < len(found) and found[j + size].low in small.no_band_of:
                continue
            if band and (j + size < len(found) or size) and not (size == 1 and found[j].low in small.no_band_alone):
                yield Stated(test, i, j + size - 1, name, text[found[j].start : found[j + size - 1].end], "", band)  # type: ignore[arg-type]
                i = j + size - 1
                break
        else:
            of_it = after >= len(found) or found[after].low not in small.no_band_of
            before = _band_before(found, i, lexicon) if of_it else None
            if before is not None:
                value = text[found[before[1]].start : found[before[2] - 1].end]
                yield Stated(test, before[1], after - 1, name, value, "", before[0])
                i = after - 1
        i += 1


def _denied(found: Sequence[Token], i: int, lexicon: Lexicon) -> bool:
    """Whether a denial stands before token ``i`` in its clause."""
    negation = lexicon.words.cues["negation"] | lexicon.words.cues["negation_list"]
    before = [t.low for t in found[max(0, i - _DENIED_FROM) : i]]
    return any((word,) in negation for word in before)


def _between(found: Sequence[Token], j: int) -> bool:
    """Whether token ``j`` may stand between a test and its value: "was", or how far it is out: "dramatically low"."""
    return found[j].low in laboratory().between or (found[j].low.endswith("ly") and found[j].role != "mark")


def _past_short_name(found: Sequence[Token], after: int, test: str, compacted: _Compact, lexicon: Lexicon) -> int:
    """The index after a second name of the same test in brackets: "methylmalonic acid (MMA) was"."""
    inside = found[after : after + 3]
    if [t.text for t in inside[::2]] != ["(", ")"]:
        return after
    same = lexicon.tests.get(compacted.part(inside[1].start, inside[1].end)) == test
    return after + len(inside) if same else after


def _past_band(found: Sequence[Token], j: int, lexicon: Lexicon) -> int:
    """The index after a band that stands before a number ("low-normal 210 pg/mL"); the number says more."""
    for size in _BAND_WORDS:
        after = j + size
        if after < len(found) and found[after].role == "number":
            return after if tuple(t.low for t in found[j:after]) in lexicon.words.bands else j
    return j


def _past_range(found: Sequence[Token], j: int) -> int:
    """The index after a mark of the laboratory ("H") or its range, before a number: "Free T4 (9-19) - 10 pmol/L"."""
    if j + 1 < len(found) and found[j].text in laboratory().flags and found[j + 1].role == "number":
        return j + 1
    if j >= len(found) or found[j].text != "(":
        return j
    k = j + 1
    while k < len(found) and (found[k].role == "number" or found[k].text in _IN_RANGE):
        k += 1
    if k == j + 1 or k >= len(found) or found[k].text != ")":
        return j
    k += 1
    while k < len(found) and found[k].text in _BEFORE_VALUE:
        k += 1
    return k if k < len(found) and found[k].role == "number" else j


def _own_range(text: str, start: int) -> tuple[tuple[float | None, float | None] | None, str, int]:
    """The laboratory's range right behind a result, a unit behind it, and where it ends."""
    behind = _RANGE_BEHIND.match(text, start)
    if behind is None:
        return None, "", start
    unit = normalize(behind["unit"] or "") and behind["unit"]
    own = read_range(behind["range"])
    return own, unit or "", (behind.end() if unit or behind["close"] else behind.end("range")) if own else start


def _numeric_at(found: Sequence[Token], i: int, j: int, text: str, test: str, name: str) -> Stated | None:
    small = laboratory()
    size = 2 if " ".join(t.low for t in found[j : j + 2]) in small.compared else 1
    compared = j + size < len(found) and " ".join(t.low for t in found[j : j + size]) in small.compared
    number_at = j + size if compared else j
    if number_at >= len(found) or not (found[number_at].role == "number" or found[number_at].text in "<>≤≥~"):
        return None
    number = read_number(text[found[j].start :])
    if number is None:
        return None
    k = j
    while k < len(found) and found[k].role != "number":
        k += 1
    if k >= len(found):
        return None
    k = _end_of_range(found, k, text)
    value, last, stop = text[found[j].start : found[k].end], k, found[k].end
    if (sheet := sheet_behind(text[found[k].end :])) is not None:
        while last + 1 < len(found) and found[last + 1].start < found[k].end + sheet.end:
            last += 1
        return Stated(test, i, last, name, value, sheet.unit, None, read_range(sheet.own or None))
    tail = _UNIT_TAIL.match(text[found[k].end :])
    unit = ""
    if tail:
        for words in (tail[1], tail[1].split()[0]):
            if normalize(words):
                unit = words
                break
    if unit:
        if normalize(unit) in small.amounts:
            return None
        stop = found[k].end + text[found[k].end :].find(unit) + len(unit)
    elif k + 1 < len(found) and found[k + 1].stem in small.counted:
        return None
    own, behind, stop = _own_range(text, stop)
    while last + 1 < len(found) and found[last + 1].start < stop:
        last += 1
    return Stated(test, i, last, name, value, unit or behind, None, own)


def _newer(found: Sequence[Token], old: Stated, text: str) -> Stated | None:
    """Today's value behind one that is said to be of before: "potassium 3.9 last year and is 7.1 today"."""
    small = laboratory()
    known = small.earlier | small.between_values | small.latest
    k = old.last + 1
    while k < len(found) and found[k].low in known:
        k += 1
    new = _numeric_at(found, old.first, k, text, old.test, old.name) if k < len(found) else None
    if new is None or (old.unit and new.unit and normalize(old.unit) != normalize(new.unit)):
        return None
    between = {token.low for token in found[old.last + 1 : k]}
    before = {token.low for token in found[max(0, old.first - 3) : old.first]} | between
    behind = found[new.last + 1].low if new.last + 1 < len(found) else ","
    today = behind in small.latest or (not small.latest.isdisjoint(between) and behind in {",", ".", ";", ")"})
    return new if today and not small.earlier.isdisjoint(before) else None


def _end_of_range(found: Sequence[Token], k: int, text: str) -> int:
    """The index of the number that ends a range begun by token ``k`` ("1.6-2.0 mg/dL"), or ``k`` itself."""
    match = _TO.match(text[found[k].end :])
    end = found[k].end + match.end() if match else 0
    upper = next((n for n in range(k + 1, len(found)) if found[n].end == end and found[n].role == "number"), k)
    low, high = (read_number(text[found[n].start : found[n].end]) for n in (k, upper))
    spans = low is not None and high is not None and low.readings[0] < high.readings[0] <= _WIDEST * low.readings[0]
    counted = upper + 1 < len(found) and found[upper + 1].stem in laboratory().counted  # "3.1 - 4 weeks later"
    return upper if spans and not counted else k


def banded(test: Test, entry: Entry, band: Band) -> Lab:
    """A result that is only a word."""
    return Lab(
        test=test.id,
        label=test.label,
        text=f"{entry.name} {entry.value}".strip(),
        where=entry.where,
        band=band,
        typed=entry.value,
        code=f"LOINC {test.loinc[0].code}" if test.loinc else None,
        date=entry.date,
    )


def from_stated(hit: Stated, where: str, lexicon: Lexicon) -> tuple[Lab, list[Issue]]:
    """The result found in text as a :class:`Lab`."""
    test = lexicon.knowledge.tests[hit.test]
    entry = Entry(hit.name, hit.value, hit.unit, hit.own, None, where)
    if hit.band is not None:
        return banded(test, entry, hit.band), []
    number = read_number(hit.value)
    return numeric(entry, number or Number((0.0,), None, ""), test)


def from_entry(entry: Entry, lexicon: Lexicon) -> tuple[list[Lab], list[Issue], str | None]:
    """One entry under ``labs``: results, issues, and words of its value that are still to be read as findings."""
    name = find_test(entry.name, lexicon)
    number = read_number(entry.value) if entry.value else None
    if name is not None:
        test = lexicon.knowledge.tests[name]
        if number is not None:
            lab, issues = numeric(entry, number, test)
            return [lab], issues, None
        band = band_of(entry.value, lexicon)
        if band is not None:
            aside = entry.value[entry.value.find("(") + 1 : entry.value.rfind(")")] if "(" in entry.value else None
            return [banded(test, entry, band)], [], aside
        return [], [], entry.value or None
    panel = find_panel(entry.name, lexicon)
    band = band_of(entry.value, lexicon) if panel else None
    if panel and band is not None:
        members = [lexicon.knowledge.tests[t] for t in panel if t in lexicon.knowledge.tests]
        left_out = entry.value.lower().partition("except")[2]
        members = [t for t in members if not left_out or find_test(left_out.strip(), lexicon) != t.id]
        names = ", ".join(t.label for t in members)
        note = Issue(
            level="note",
            where=entry.where,
            message=f"“{entry.name}: {entry.value}” was taken to speak of {names}.",
            remedy="Give single values for more weight.",
        )
        return [banded(t, entry, band) for t in members], [note], None
    if panel:
        meant = _concluded(entry, panel, lexicon)
        return (meant, [], None) if meant else ([], [], entry.value or None)
    return [], [_unknown(entry)], entry.value if number is None else None


def _concluded(entry: Entry, panel: tuple[str, ...], lexicon: Lexicon) -> list[Lab]:
    """The results that a conclusion about a panel stands for, such as "thyroid function: thyrotoxic"."""
    said = words_of(entry.value)
    for tests, phrase, bands in lexicon.words.patterns:
        here = any(said[i : i + len(phrase)] == phrase for i in range(len(said) - len(phrase) + 1))
        if here and tests & set(panel) and not lexicon.words.cues["negation"] & {(word,) for word in said}:
            known = lexicon.knowledge.tests
            return [banded(known[name], entry, cast(Band, band)) for name, band in bands.items() if name in known]
    return []


def _unknown(entry: Entry) -> Issue:
    return Issue(
        level="warning",
        where=entry.where,
        message=f"The test “{entry.name}” is not known here; “{f'{entry.value} {entry.unit}'.strip()}” was not used.",
        remedy="",
    )
