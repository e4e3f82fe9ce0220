"""Supplements among the foods: which nutrient, how much of it, and how sure.

"Magnesium citrate 200 mg" can mean 200 mg of magnesium or 200 mg of the salt (32 mg of magnesium): both readings are
kept, the smaller counts.  A product whose composition is not on the line adds *unknown*, never zero.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from repletion.errors import Issue
from repletion.foods import open_table
from repletion.intake.lines import Amount, in_base, split_line
from repletion.intake.wording import FOLDER, words
from repletion.knowledge.reader import rows


@cache
def _form() -> re.Pattern[str]:
    """What a supplement comes as or how it is taken, which names none."""
    forms = sorted(words().supplement_forms, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)


class _Row(msgspec.Struct, frozen=True):
    id: str
    words: list[str]
    basis: str
    source: str
    locator: str
    assumed: str
    nutrient: list[str] = []
    factor: float | None = None
    unit: str = ""
    per_iu: float | None = None
    formula: str = ""
    atoms: int | None = None


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """One nutrient of one supplement: ``amount`` counts, ``low``-``high`` spans the readings; None is not known."""

    nutrient: str
    unit: str
    amount: float | None
    low: float | None = None
    high: float | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A supplement line as understood."""

    id: str
    doses: tuple[Dose, ...]
    note: str = ""
    issue: Issue | None = None


@cache
def products() -> dict[str, tuple[_Row, ...]]:
    """Names, folded, with the rows of ``supplements.csv``."""
    found: dict[str, list[_Row]] = {}
    for row in rows(FOLDER / "supplements.csv", _Row, lists=("words", "nutrient")):
        for word in row.words:
            found.setdefault(word, []).append(row)
    return {word: tuple(group) for word, group in found.items()}


def _named(text: str) -> tuple[_Row, ...]:
    bare = re.sub(r"\s+", " ", _form().sub(" ", re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text.lower()))).strip(" ,.-:+")
    bare = re.sub(r"\b([bdk])[\s-]+(\d)", r"\1\2", bare)
    bare = re.sub(r"^\d{1,2}\s*[x×]?\s+(?=[a-z])", "", bare)
    bare = re.sub(r"^(?:of|my)\s+|\s+of$", "", bare)
    if bare in products():
        return products()[bare]
    if len(bare) < 6:
        return ()
    from rapidfuzz import fuzz, process

    match = process.extractOne(bare, list(products()), scorer=fuzz.ratio, score_cutoff=92)
    return products()[match[0]] if match else ()


_PAIRED = re.compile(r"^(.+?)\s*(?:\+|/|&|\band\b|\bwith\b)\s*(.+?)[\s,]+(\d[^/]*?)\s*/\s*(\d[^/]*)$", re.I)


def paired(text: str) -> list[str]:
    """Two nutrients with two amounts ("calcium + vitamin D 600 mg/400 IU") as two lines; else an empty list."""
    match = _PAIRED.match(text.strip())
    if match is None or not (_named(match[1]) and _named(match[2])):
        return []
    return [f"{match[1]} {match[3]}", f"{match[2]} {match[4]}"]


def read_supplement(text: str, amount: Amount | None, *, where: str, said: str) -> Taken | None:
    """The supplement these words name, or None.  ``said`` is the line as typed, ``amount`` its dose."""
    group = _named(text)
    if not group:
        return None
    first = group[0]
    in_form = bool(_form().search(said))
    dosed = amount is not None and amount.unit is not None and amount.unit.kind in ("mass", "activity")
    kept = amount is None or dosed or (amount.unit is not None and amount.unit.name in ("tablet", "scoop", "pinch"))
    by_volume = amount is not None and amount.unit is not None and amount.unit.kind == "volume" and first.unit == "ml"
    if first.basis != "none" and not (by_volume or kept or in_form or (amount is not None and amount.unit is None)):
        return None
    if first.basis == "none":
        return Taken(id=first.id, doses=(), note="taken, with no nutrient that this program counts")
    units = {nutrient.slug: nutrient.unit for nutrient in open_table().nutrients}
    if first.basis == "unknown" or not dosed:
        doses = tuple(
            Dose(nutrient=slug, unit=units[slug], amount=None)
            for row in group
            for slug in row.nutrient
            if slug in units
        )
        issue = Issue(
            level="warning",
            where=where,
            message=f"{said!r} is a supplement, but how much it holds is not said; its amounts stay unknown, not zero.",
            remedy="Copy the amounts from the label, one line each, such as 'vitamin B6 10 mg' or 'magnesium 100 mg'.",
        )
        return Taken(id=first.id, doses=doses, note="composition not known", issue=issue)
    assert amount is not None and amount.unit is not None
    doses = tuple(_dose(row, amount, said, units[slug]) for row in group for slug in row.nutrient)
    if any(dose.amount is None for dose in doses):
        return Taken(
            id=first.id,
            doses=doses,
            note="unit does not fit",
            issue=Issue(
                level="error",
                where=where,
                message=f"{said!r}: {first.id} is not measured in {amount.unit.name}.".replace("_", " "),
                remedy=f"Give it in {first.unit}, as on the label.",
            ),
        )
    return Taken(id=first.id, doses=doses, note=_note(first), issue=_salt_issue(first, doses[0], where, said))


def read_bracketed(text: str, *, where: str) -> Taken | None:
    """A supplement with the amount said twice ("iron 65 mg (ferrous sulfate 325 mg)"), or None.

    What stands before the bracket counts, unless the bracket says what is elemental.
    """
    match = re.match(r"^([^()]+)\(([^()]+)\)\s*(.*)$", text)
    if match is None:
        return None
    said = split_line(f"{match[1].strip()} {match[3]}".strip())
    inside = split_line(re.sub(r"(?i)\b(?:of|as)\b", " ", match[2]))
    if re.search(r"(?i)\belemental\b", match[2]) and inside.amount is not None:
        return read_supplement(said.food, inside.amount, where=where, said=text)
    return read_supplement(said.food, said.amount, where=where, said=text)


def _dose(row: _Row, amount: Amount, said: str, unit: str) -> Dose:
    """One nutrient's amount in the table's unit; both readings of a salt."""
    assert amount.unit is not None and row.factor is not None
    slug = row.nutrient[0]
    if amount.unit.kind == "activity":
        if row.per_iu is None:
            return Dose(nutrient=slug, unit=unit, amount=None)
        stated = amount.value * row.per_iu
        return Dose(nutrient=slug, unit=unit, amount=stated, low=amount.low * row.per_iu, high=amount.high * row.per_iu)
    stated = amount.value * in_base(amount.unit) * {"g": 1.0, "mg": 1e3, "ug": 1e6}[row.unit]
    # A salt's name with its element's amount is how most labels speak; "elemental" settles it.
    if row.basis == "salt" and not re.search(r"\belemental\b", said, re.IGNORECASE):
        return Dose(nutrient=slug, unit=unit, amount=stated * row.factor, low=stated * row.factor, high=stated)
    value = stated * (1.0 if row.basis == "salt" else row.factor)
    return Dose(nutrient=slug, unit=unit, amount=value, low=value, high=value)


def _note(row: _Row) -> str:
    return f"{row.locator}{' (assumed)' if row.assumed == 'yes' else ''}"


def _salt_issue(row: _Row, dose: Dose, where: str, said: str) -> Issue | None:
    if row.basis != "salt" or dose.low == dose.high:
        return None
    element = row.nutrient[0].replace("_", " ")
    return Issue(
        level="warning",
        where=where,
        message=(
            f"{said!r} can mean {dose.low:.3g} {dose.unit} of {element} (if the amount is the compound's) or "
            f"{dose.high:.3g} {dose.unit} (if it is the {element} itself); the smaller was counted."
        ),
        remedy=f"Look for '{element}' on the label and write that amount: '{element} 100 mg', or add 'elemental'.",
    )
