"""Reference intakes: the right row for one person, and what was assumed in choosing it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Literal

import msgspec

from repletion.case.model import Person
from repletion.errors import Issue, UnknownName
from repletion.intake import tables
from repletion.intake.tables import Authority, Row, rule

Basis = Literal["read", "assumed"]
REQUIREMENT = {"EAR": "ear", "AR": "ear", "RDA": "rda", "PRI": "rda", "AI": "ai", "CDRR": "cdrr"}
LIMIT = {"UL": "ul", "SAFE_LEVEL": "safe_level"}
AMOUNTS = ("ear", "rda", "ai", "cdrr", "ul", "safe_level")
PHYTATE = "phytate_"
SPECIAL = {"premenopausal", "postmenopausal", "increment_over_nonpregnant"}


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """Reference intakes of one nutrient for one person, per day.

    ``ear`` (average requirement; EFSA's AR), ``rda`` (EFSA's PRI), ``ai``, ``cdrr`` and ``safe_level`` in
    ``unit``; ``ul`` in ``ul_unit``, counting only ``ul_applies_to``.  ``ul_status``: *set*, *not determined* (nobody
    could set one: not a promise that any amount is safe) or *none* (no row).  A value is ``None`` when there is none,
    or when it depends on something not stated: then ``ranges`` holds its lowest and highest and ``alternatives``
    the references it could be.  ``suppressed``: why a value must not be a goal here.  ``basis`` is *assumed* as
    soon as one step of the choice was ours.
    """

    nutrient: str
    authority: str
    unit: str
    life_stage: str = ""
    ear: float | None = None
    rda: float | None = None
    ai: float | None = None
    cdrr: float | None = None
    ul: float | None = None
    safe_level: float | None = None
    ul_unit: str = ""
    ul_applies_to: str = "all_sources"
    ul_status: Literal["set", "not determined", "none"] = "none"
    ranges: dict[str, tuple[float, float]] = {}
    alternatives: tuple[Reference, ...] = ()
    suppressed: str | None = None
    requirement_factor: float = 1.0
    source: str = ""
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    basis: Basis = "read"

    @property
    def exists(self) -> bool:
        """Whether there is anything to compare an intake with."""
        return any(getattr(self, name) is not None for name in AMOUNTS) or bool(self.ranges)


class _Choice(msgspec.Struct, kw_only=True):
    """Notes and issues gathered while one row is chosen."""

    notes: list[str] = []
    issues: list[Issue] = []
    assumed: bool = False

    def note(self, text: str, *, assumed: bool = False) -> None:
        if text and text not in self.notes:
            self.notes.append(text)
        self.assumed |= assumed

    def warn(self, message: str, remedy: str, level: Literal["note", "warning", "error"] = "warning") -> None:
        self.issues.append(Issue(level=level, where="person", message=message, remedy=remedy))


def nutrients(authority: Authority = "NASEM") -> tuple[str, ...]:
    """Every nutrient the authority has a row for."""
    return tuple(sorted(tables.rows_by_nutrient(authority)))


def _states(person: Person, sex: str, choice: _Choice) -> list[str]:
    if sex == "male":
        if person.pregnant or person.lactating:
            choice.warn(
                "The person is stated as male and as pregnant or breast-feeding; no reference intakes exist.",
                "Correct the sex or the pregnancy; the row for men is used meanwhile.",
            )
        return ["none"]
    found = [name for name in ("pregnant", "lactating") if getattr(person, name)]
    return found or ["none"]


def _age(person: Person, state: str, choice: _Choice) -> float | None:
    """The age whose row counts, with the nearest band for a pregnancy outside all bands."""
    age = person.age
    if age is None:
        return None
    low, high = rule("reproductive_age_low"), rule("reproductive_age_high")
    if state != "none" and not low <= age < high:
        choice.warn(
            f"No reference intakes exist for {state} at age {age:g}; those of the nearest age are used.",
            "Check the age; ask a clinician for individual advice.",
        )
        choice.assumed = True
        return low if age < low else high - 1
    return age


def _matches(row: Row, sex: str, age: float, state: str) -> bool:
    return row.sex in ("any", sex) and row.age_low <= age < row.age_high and row.state == state


def _special(rows: list[Row], person: Person, age: float, phytate: int | None, choice: _Choice) -> list[list[Row]]:
    """Choose among rows for phytate and menopause; more than one list when it depends on something not stated."""
    if any(row.applies_to.startswith(PHYTATE) for row in rows):
        levels = sorted(
            {int(row.applies_to.split("_")[1].removesuffix("mg")) for row in rows if row.applies_to.startswith(PHYTATE)}
        )
        level = int(rule("phytate_default")) if phytate is None else phytate
        if level not in levels:
            raise UnknownName(f"No zinc reference for phytate {level} mg/d. There are: {', '.join(map(str, levels))}.")
        if phytate is None:
            choice.note(f"Phytate of the diet not stated: the row for {level} mg/d is taken.", assumed=True)
        name = f"{PHYTATE}{level}mg_d"
        rows = [row for row in rows if not row.applies_to.startswith(PHYTATE) or row.applies_to == name]
    if not any(row.applies_to == "postmenopausal" for row in rows):
        return [rows]
    past = person.postmenopausal
    if past is None:
        if age < rule("menopause_unlikely_before"):
            past = False
        elif age >= rule("menopause_likely_from"):
            past = True
        choice.note("Menopause not stated: taken from the age, or both rows given.", assumed=True)
    wanted = {True: ["postmenopausal"], False: ["premenopausal"], None: ["premenopausal", "postmenopausal"]}[past]
    return [[row for row in rows if row.applies_to not in SPECIAL or row.applies_to == name] for name in wanted]


def _rows(
    table: tuple[Row, ...], person: Person, sex: str, age: float, state: str, phytate: int | None, choice: _Choice
) -> list[list[Row]]:
    """The rows that hold, per alternative; requirement and limit fall back to the non-pregnant row together."""
    plain = [row for row in table if _matches(row, sex, age, "none")]
    if state == "none":
        return _special(plain, person, age, phytate, choice)
    own = [row for row in table if _matches(row, sex, age, state)]
    increments = [row for row in own if row.applies_to == "increment_over_nonpregnant"]
    if increments:
        (base,) = _special(plain, person, age, phytate, choice)
        added = {(row.measure, row.unit): row for row in increments}
        own = [row for row in own if row not in increments]
        for row in base:
            extra = added.get((row.measure, row.unit))
            if extra is None or row.value is None or extra.value is None:
                continue
            own.append(
                msgspec.structs.replace(
                    row, value=row.value + extra.value, life_stage=extra.life_stage, applies_to="all_sources"
                )
            )
    for group, words in ((REQUIREMENT, "reference intake"), (LIMIT, "upper limit")):
        if not any(row.measure in group for row in own):
            rest = [row for row in plain if row.measure in group]
            if rest:
                own += rest
                choice.note(
                    f"No {words} of its own for {state} women here: the row for other women is used.", assumed=True
                )
    return _special(own, person, age, phytate, choice)


def _unit(rows: list[Row], person: Person, energy_mj: float | None, choice: _Choice) -> tuple[list[Row], str, float]:
    """The requirement rows of one unit, that unit, and the factor that turns them into it."""
    units = {row.unit for row in rows}
    if "g/kg/d" in units:
        if person.weight_kg:
            return [r for r in rows if r.unit == "g/kg/d"], "g/d", person.weight_kg
        choice.warn(
            "The protein requirement depends on body weight, which is not stated.",
            "Say the body weight, and protein is compared with the requirement.",
            "note",
        )
        if "g/d" in units:
            choice.note("Protein: amount for a reference body weight, weight not stated.", assumed=True)
            return [r for r in rows if r.unit == "g/d"], "g/d", 1.0
        return [r for r in rows if r.unit == "g/kg/d"], "g/kg/d", 1.0
    unit = next(iter(sorted(units)), "")
    if unit.endswith("/MJ"):
        if energy_mj:
            choice.note("The reference is per MJ of energy and was multiplied by the energy of the diary.")
            return rows, unit.replace("/MJ", "/d"), energy_mj
        choice.warn(f"The reference is in {unit} and the energy eaten is unknown.", "Give a diary with energy.", "note")
    return rows, unit, 1.0


def _build(
    rows: list[Row],
    nutrient: str,
    authority: str,
    person: Person,
    energy_mj: float | None,
    vegetarian: bool | None,
    suppressing: tuple[str, ...],
    choice: _Choice,
) -> Reference:
    limits = [row for row in rows if row.measure in LIMIT]
    needs, unit, factor = _unit([row for row in rows if row.measure in REQUIREMENT], person, energy_mj, choice)
    values: dict[str, float] = {}
    for row in needs + limits:
        name = REQUIREMENT.get(row.measure) or LIMIT[row.measure]
        if row.value is not None:
            values[name] = row.value * (factor if row.measure in REQUIREMENT else 1.0)
        choice.note(row.note)
    scale = 1.0
    if nutrient == "vitamin_c" and authority == "NASEM" and person.smoker:
        for name in ("ear", "rda"):
            if name in values:
                values[name] += rule("smoker_vitamin_c")
        choice.note(f"Smoker: {rule('smoker_vitamin_c'):g} mg/d added.", assumed=True)
    if nutrient == "iron" and vegetarian:
        scale = rule("vegetarian_iron_factor")
        values |= {name: values[name] * scale for name in ("ear", "rda") if name in values}
        choice.note(f"Vegetarian diet: iron requirement times {scale:g}.")
    suppressed = None
    if suppressing and values.pop("ai", None) is not None:
        suppressed = (
            f"With {' and '.join(suppressing)} the usual {nutrient.replace('_', ' ')} amount is not a goal: "
            "the right amount is for the treating clinician to set."
        )
    ul = next((row for row in limits if row.measure == "UL"), None)
    status: Literal["set", "not determined", "none"] = "none"
    if ul is not None:
        status = "set" if ul.status == "set" else "not determined"
        if status == "not determined":
            choice.note("No upper limit could be set for want of data; that does not mean any amount is safe.")
    first = (needs or limits)[0]
    return Reference(
        nutrient=nutrient,
        authority=authority,
        unit=unit or (ul.unit if ul else first.unit),
        life_stage=first.life_stage,
        ul_unit=ul.unit if ul else "",
        ul_applies_to=ul.applies_to if ul else "all_sources",
        ul_status=status,
        suppressed=suppressed,
        requirement_factor=scale,
        source=tables.cite(" ".join(row.source for row in needs + limits)),
        notes=tuple(choice.notes),
        issues=tuple(choice.issues),
        basis="assumed" if choice.assumed else "read",
        ear=values.get("ear"),
        rda=values.get("rda"),
        ai=values.get("ai"),
        cdrr=values.get("cdrr"),
        ul=values.get("ul"),
        safe_level=values.get("safe_level"),
    )


def _merge(found: list[Reference], choice: _Choice) -> Reference:
    """One reference out of several that are possible: common values kept, the others as ranges."""
    common: dict[str, float | None] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for name in AMOUNTS:
        values = [getattr(one, name) for one in found]
        known = [v for v in values if v is not None]
        common[name] = values[0] if len(set(values)) == 1 else None
        if known and common[name] is None:
            ranges[name] = (min(known), max(known))
    notes = list(dict.fromkeys(note for one in found for note in one.notes))
    issues = list(dict.fromkeys([*choice.issues, *(i for one in found for i in one.issues)]))
    return msgspec.structs.replace(
        found[0],
        **common,
        life_stage=" or ".join(dict.fromkeys(one.life_stage for one in found)),
        ranges=ranges,
        alternatives=tuple(found) if ranges else (),
        source="; ".join(dict.fromkeys(part for one in found for part in one.source.split("; "))),
        notes=tuple(notes),
        issues=tuple(issues),
        basis="assumed" if any(one.basis == "assumed" for one in found) else "read",
    )


def reference_for(
    nutrient: str,
    person: Person,
    authority: Authority = "NASEM",
    *,
    cautions: Collection[str] = (),
    phytate_mg: int | None = None,
    vegetarian: bool | None = None,
    energy_mj: float | None = None,
) -> Reference:
    """Reference intakes of ``nutrient`` for ``person``.

    ``cautions``: ids of conditions and drug classes that make a goal unsafe (``chronic_kidney_disease``,
    ``ace_inhibitors``, ``arb``, ``potassium_sparing_diuretics``).  ``phytate_mg``: mg/d, for EFSA zinc.
    ``vegetarian``: raises the iron requirement.  ``energy_mj``: MJ/d eaten, for EFSA thiamin and niacin.

    What is not stated is never guessed in silence: the values then range over ``alternatives``.  Raises
    :class:`UnknownName` for a nutrient the authority has no row for, with the nearest names.
    """
    by_nutrient = tables.rows_by_nutrient(authority)
    if nutrient not in by_nutrient:
        near = difflib.get_close_matches(nutrient, by_nutrient, n=3, cutoff=0.5)
        raise UnknownName(f"{authority} has no reference intake of {nutrient!r}. Nearest: {', '.join(near) or 'none'}.")
    table = by_nutrient[nutrient]
    whole = _Choice()
    if person.age is not None and person.age < rule("adult_age"):
        whole.warn(
            f"Age {person.age:g}: the comparison uses the row for this age; the rest of the assessment models adults.",
            "Discuss a child's diet with a clinician.",
            "note",
        )
    female = bool(person.pregnant or person.lactating) and person.sex is None
    sexes = [person.sex] if person.sex else ["female"] if female else ["female", "male"]
    suppressing = tuple(
        c.words for c in tables.cautions() if c.nutrient == nutrient and c.measure == "AI" and c.caution in cautions
    )
    found: list[Reference] = []
    for sex in sexes:
        for state in _states(person, sex, whole):
            age = _age(person, state, whole)
            low = rule("unstated_age_from")
            ages = (
                [age]
                if age is not None
                else sorted({max(r.age_low, low) for r in table if r.age_high > low and r.state == state} or {low})
            )
            for one_age in ages:
                choice = _Choice(assumed=whole.assumed)
                if state == "none" and sex == "female" and (person.pregnant is None or person.lactating is None):
                    differs = any(r.state != "none" and _matches(r, sex, one_age, r.state) for r in table)
                    if differs:
                        choice.note("Pregnancy or breast-feeding not stated; it would change this row.")
                row_age = _row_age(person, nutrient, authority, sex, state, one_age, choice)
                found.extend(
                    _build(rows, nutrient, authority, person, energy_mj, vegetarian, suppressing, choice)
                    for rows in _rows(table, person, sex, row_age, state, phytate_mg, choice)
                    if any(row.measure in REQUIREMENT or row.measure in LIMIT for row in rows)
                )
    if not found:
        whole.warn(
            f"No {authority} value for {nutrient.replace('_', ' ')} is known here for this person.",
            "Choose NASEM, which covers every age."
            if authority == "EFSA"
            else "The amount stands without a comparison.",
        )
        return Reference(nutrient=nutrient, authority=authority, unit=table[0].unit, issues=tuple(whole.issues))
    if len(sexes) > 1:
        whole.warn("The sex is not stated: the reference intake ranges over both.", "State sex.", "note")
    if person.age is None:
        whole.warn("The age is not stated: the reference intake ranges over all adult ages.", "State age.", "note")
    return _merge(found, whole)


def _row_age(person: Person, nutrient: str, authority: str, sex: str, state: str, age: float, choice: _Choice) -> float:
    """The age whose row fits a woman whose menopause is stated and unusual for her age (NASEM iron only)."""
    if (nutrient, authority, sex, state) != ("iron", "NASEM", "female", "none") or person.postmenopausal is None:
        return age
    edge = rule("reproductive_age_high")
    if person.postmenopausal and rule("unstated_age_from") <= age < edge:
        choice.note("After the menopause: the row for women from 51 is used.", assumed=True)
        return edge
    if not person.postmenopausal and age >= edge:
        choice.note("Before the menopause: the row for menstruating women is used.", assumed=True)
        return edge - 1
    return age
