"""Observation → laboratory results, measures of the person, habits, findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from repletion.case.coded import Index
from repletion.fhir.bundle import Entry, items, placed
from repletion.fhir.draft import Draft
from repletion.fhir.values import Quantity, codes_of, concept, day_of, number, plain_codes, quantity, text_of, words
from repletion.knowledge.records import answers, observations, rule

_IGNORED = {"entered-in-error", "cancelled"}
_DOUBTFUL = {"registered", "preliminary", "unknown", "partial"}
_BANDS = {
    "LL": "very low", "L": "low", "N": "normal", "H": "high", "HH": "very high", "LU": "very low", "HU": "very high",
    "<": "low", ">": "high", "POS": "positive", "NEG": "negative", "DET": "positive", "ND": "negative",
}  # fmt: skip
_YES = {"present", "positive", "yes", "true", "y", "52101004", "373066001", "10828004", "la33-6"}
_NO = {"absent", "negative", "no", "false", "n", "2667000", "373067005", "260385009", "la32-8"}
_WEIGHTS = {"kg": 1.0, "g": 0.001, "[lb_av]": 0.45359237, "lb": 0.45359237, "lbs": 0.45359237}
_HEIGHTS = {"cm": 1.0, "m": 100.0, "mm": 0.1, "[in_i]": 2.54, "in": 2.54, "inches": 2.54}
_SHARES_OF_A_DAY = {"/wk": 1 / 7, "week": 1 / 7, "/mo": 1 / 30, "month": 1 / 30, "/a": 1 / 365, "year": 1 / 365}
_BLOOD = ("serum", "plasma", "blood", "red blood cells")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One observation or component: what it is about, its day and its place."""

    entry: Entry
    body: dict[str, Any]
    where: str
    codes: tuple[str, ...]
    name: str
    on: dt.date | None
    category: frozenset[str]


class Observations:
    """Observations of one record; :meth:`finish` writes the newest of each kind."""

    def __init__(self, draft: Draft, index: Index) -> None:
        self.draft, self.index = draft, index
        self.roles: dict[str, list[_Seen]] = {}
        self.tests: dict[str, list[_Seen]] = {}

    def read(self, entry: Entry) -> None:
        """Take one Observation in."""
        body = entry.resource
        status = words(body.get("status"))
        name = text_of(body.get("code")) or next(iter(codes_of(body.get("code"))), "")
        if status in _IGNORED:
            self.draft.say("note", entry.where, f"“{name or 'An observation'}” is marked {status} and was not used.")
            return
        if status in _DOUBTFUL:
            self.draft.say("note", entry.where, f"“{name}” is marked {status}; it was used as it stands.",
                           "Send the final result when there is one.")  # fmt: skip
        on = next((day for key in ("effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")
                   if (day := day_of(body.get(key)))), None)  # fmt: skip
        category = frozenset(code for item in items(body.get("category")) for code in plain_codes(item))
        seen = _Seen(entry, body, entry.where, tuple(codes_of(body.get("code"))), name, on, category)
        parts = placed(body.get("component"))
        role = self._role(seen)
        if parts and role == "pressure":
            self.roles.setdefault(role, []).append(seen)
            return
        if not parts or _has_value(body):
            self._one(seen, role)
        for i, part in parts:
            label = text_of(part.get("code"))
            inner = replace(
                seen,
                body=part,
                where=f"{entry.where}.component[{i}]",
                name=label,
                codes=tuple(codes_of(part.get("code"))),
            )
            self._one(inner, self._role(inner))

    @staticmethod
    def _role(seen: _Seen) -> str | None:
        known = observations()
        return next((known[code[6:]] for code in seen.codes if code.startswith("LOINC ") and code[6:] in known), None)

    def _one(self, seen: _Seen, role: str | None) -> None:
        if not seen.name and not seen.codes:
            self.draft.say("warning", seen.where, "An observation says not what was observed; it was not used.",
                           "Give Observation.code with a LOINC code or text.")  # fmt: skip
            return
        if not _has_value(seen.body) and not _bands(seen.body):
            if self._finding(seen):
                return
            reason = text_of(seen.body.get("dataAbsentReason"))
            if seen.body.get("hasMember"):
                self.draft.say("note", seen.where, f"“{seen.name}” only names other results, which were read.")
            else:
                self.draft.say("note", seen.where, f"“{seen.name}” has no value{f' ({reason})' if reason else ''}.")
            return
        if role:
            self.roles.setdefault(role, []).append(seen)
            return
        test = self.index.test(seen.codes)
        if test is None and self._finding(seen):
            return
        numeric = "valueQuantity" in seen.body or "valueInteger" in seen.body
        if test is None and "laboratory" not in seen.category and not numeric:
            value = text_of(seen.body.get("valueCodeableConcept")) or words(seen.body.get("valueString"))
            self.draft.say("note", seen.where, f"“{seen.name}: {value}” is not read.",
                           "If it is a symptom, list it in words.")  # fmt: skip
            return
        self.tests.setdefault(test or _plain_name(seen.name).casefold(), []).append(seen)

    def _finding(self, seen: _Seen) -> bool:
        """A finding of the knowledge base stated as present or absent."""
        value = seen.body.get("valueCodeableConcept")
        for codes, direct in ((seen.codes, True), (tuple(codes_of(value)), False)):
            for code in codes:
                for target in self.index.targets(code, "findings"):
                    if target.kind != "finding":
                        continue
                    present = _truth(seen.body) if direct else True
                    if present is None:
                        return False
                    self.draft.set("findings", target.id, {"present": present}, seen.entry, seen.where)
                    return True
        return False

    def finish(self) -> None:
        """Write what was taken in: of each test and measure the newest."""
        for role, every in self.roles.items():
            for seen in self._newest(every, every[0].name or role):
                getattr(self, f"_{role}")(seen)
        for every in self.tests.values():
            for seen in self._newest(every, every[0].name):
                self._lab(seen)

    def _newest(self, every: list[_Seen], name: str) -> list[_Seen]:
        dated = [s for s in every if s.on is not None and s.on <= self.draft.today]
        later = [s for s in every if s.on is not None and s.on > self.draft.today]
        open_ended = [s for s in every if s.on is None]
        last = max((s.on for s in dated if s.on), default=None)
        kept = [s for s in dated if s.on == last] + later + open_ended
        most = int(rule("most_older_results"))
        old = len(dated) - sum(s.on == last for s in dated)
        if old:
            self.draft.say("note", every[0].where, f"{name}: {old} older than the one of {last} were not used.",
                           "Nothing to do: the newest result is reasoned on.")  # fmt: skip
        if len(kept) > most:
            self.draft.say("warning", every[0].where, f"{name}: {len(kept) - most} further results were not used.",
                           "Give each result its date (effectiveDateTime).")  # fmt: skip
        return kept[-most:]

    def _lab(self, seen: _Seen) -> None:
        value, unit = self._value(seen)
        if value is None:
            return
        item: dict[str, Any] = {"test": _plain_name(seen.name) or seen.codes[0], "value": value}
        if unit:
            item["unit"] = unit
        if seen.on:
            item["date"] = seen.on.isoformat()
        if seen.codes:
            item["code"] = list(seen.codes)
        if own := self._range(seen, unit):
            item["reference_range"] = own
        self.draft.put("labs", item, seen.entry, seen.where)

    def _value(self, seen: _Seen) -> tuple[str | None, str]:
        """Value and unit as typed into a case."""
        body, bands = seen.body, _bands(seen.body)
        if "valueQuantity" in body:
            found = quantity(body["valueQuantity"])
            if not found.fault:
                return found.text, found.unit
            band = bands[0] if bands else None
            used = f"only its interpretation ({band}) was used" if band else "it was not used"
            self.draft.say("error", seen.where, f"{seen.name}: {found.fault}; {used}.",
                           "Correct the unit at its source.")  # fmt: skip
            return band, ""
        if (whole := number(body.get("valueInteger"))) is not None:
            return f"{whole:g}", ""
        if text := words(body.get("valueString")) or text_of(body.get("valueCodeableConcept")):
            return text, ""
        if isinstance(body.get("valueBoolean"), bool):
            return ("positive" if body["valueBoolean"] else "negative"), ""
        if bands:
            return bands[0], ""
        kind = next((key for key in body if key.startswith("value")), "value")
        self.draft.say("warning", seen.where, f"{seen.name}: {kind} is not read.", "Send valueQuantity.")
        return None, ""

    def _range(self, seen: _Seen, unit: str) -> str | None:
        """The laboratory's own range, when there is one for everybody and in the unit of the value."""
        ranges = [r for r in items(seen.body.get("referenceRange"))
                  if not r.get("appliesTo") and plain_codes(r.get("type")) <= {"normal", "normal range"}]  # fmt: skip
        if len(ranges) != 1 or "valueQuantity" not in seen.body:
            return None
        low, high = (quantity(ranges[0][k]) if isinstance(ranges[0].get(k), dict) else None for k in ("low", "high"))
        for end in (low, high):
            if end is not None and (end.fault or (end.unit and unit and end.unit != unit)):
                self.draft.say("warning", seen.where, f"{seen.name}: the reference range is in another unit than the "
                               "value; it was not used.", "Correct the range at its source.")  # fmt: skip
                return None
        if low and high:
            return f"{low.text}-{high.text}"
        if low or high:
            return f">{low.text}" if low else f"<{high.text if high else ''}"
        return words(ranges[0].get("text")) or None

    def _measure(self, seen: _Seen, factors: dict[str, float], field: str, digits: int) -> None:
        found: Quantity = quantity(seen.body.get("valueQuantity"))
        raw = seen.body.get("valueQuantity")
        written = [words(raw.get("code")), words(raw.get("unit")).lower()] if isinstance(raw, dict) else []
        factor = next((factors[unit] for unit in written if unit in factors), None)
        if found.value is None or factor is None or found.comparator:
            self.draft.say("warning", seen.where, f"“{seen.name}” has no number in a known unit; it was not used.",
                           f"Give it in {next(iter(factors))}.")  # fmt: skip
            return
        self.draft.set("person", field, round(found.value * factor, digits), seen.entry, seen.where)

    def _weight(self, seen: _Seen) -> None:
        self._measure(seen, _WEIGHTS, "weight_kg", 2)

    def _height(self, seen: _Seen) -> None:
        self._measure(seen, _HEIGHTS, "height_cm", 1)

    def _bmi(self, seen: _Seen) -> None:
        if not {"weight", "height"} <= set(self.roles) and (found := quantity(seen.body.get("valueQuantity"))).value:
            self.draft.set("person", "bmi", f"{found.value:.4g}", seen.entry, seen.where)

    def _pressure(self, seen: _Seen) -> None:
        ends: dict[str, str] = {}
        for part in items(seen.body.get("component")):
            role = self._role(replace(seen, codes=tuple(codes_of(part.get("code")))))
            found = quantity(part.get("valueQuantity"))
            if role and found.value is not None:
                ends[role] = f"{found.value:.4g}"
        if {"systolic", "diastolic"} <= set(ends):
            self._sign(seen, f"blood pressure {ends['systolic']}/{ends['diastolic']} mmHg")

    def _systolic(self, seen: _Seen) -> None:
        self._sign(seen, f"systolic blood pressure {quantity(seen.body.get('valueQuantity')).text} mmHg")

    def _diastolic(self, seen: _Seen) -> None:
        self._sign(seen, f"diastolic blood pressure {quantity(seen.body.get('valueQuantity')).text} mmHg")

    def _pulse(self, seen: _Seen) -> None:
        self._sign(seen, f"heart rate {quantity(seen.body.get('valueQuantity')).text} /min")

    def _sign(self, seen: _Seen, said: str) -> None:
        """A vital sign: nothing here reasons on its number, and that is said."""
        self.draft.say("note", seen.where, f"“{said}” was read; no number of it is reasoned on.",
                       "If it is a problem, list it as a condition, such as hypertension.")  # fmt: skip

    def _age(self, seen: _Seen) -> None:
        found = quantity(seen.body.get("valueQuantity"))
        raw = seen.body.get("valueQuantity")
        in_years = isinstance(raw, dict) and {words(raw.get("code")), words(raw.get("unit")).lower()} & {
            "a",
            "years",
            "y",
        }
        if found.value is not None and in_years and "age" not in self.draft.mapping.get("person", {}):
            self.draft.set("person", "age", found.value, seen.entry, seen.where)

    def _pregnancy(self, seen: _Seen) -> None:
        meant = self._answer(seen, "pregnancy")
        age = (self.draft.today - seen.on).days if seen.on else 0
        if age > rule("pregnancy_status_days"):
            self.draft.say("note", seen.where, f"The pregnancy status of {seen.on} is too old; pregnancy is unknown.",
                           "Record the status of now.")  # fmt: skip
        elif meant in {"yes", "no"}:
            self.draft.set("person", "pregnant", meant == "yes", seen.entry, seen.where)

    def _smoking(self, seen: _Seen) -> None:
        if (meant := self._answer(seen, "smoking")) in {"yes", "no"}:
            self.draft.set("person", "smoker", meant == "yes", seen.entry, seen.where)

    def _alcohol(self, seen: _Seen) -> None:
        amount = quantity(seen.body.get("valueQuantity")).value
        if amount is None:
            amount = number(seen.body.get("valueInteger"))
        if amount is not None:
            amount *= _per_day(seen.body.get("valueQuantity"))
        if amount is None or amount < 0:
            self.draft.say("note", seen.where, f"“{seen.name}” has no number and was not used.")
        else:
            said = "drinks alcohol daily" if amount >= 1 else "does not drink alcohol" if amount == 0 else ""
            if said:
                self.draft.put("lifestyle", said, seen.entry, seen.where)
            else:
                self.draft.say(
                    "note", seen.where, f"“{seen.name}: {amount:.4g}” is less than every day; it was not used."
                )

    def _answer(self, seen: _Seen, role: str) -> str:
        value = seen.body.get("valueCodeableConcept")
        if isinstance(seen.body.get("valueBoolean"), bool):
            return "yes" if seen.body["valueBoolean"] else "no"
        known = answers()
        for code in [*codes_of(value), *(f"LOINC {c}" for c in plain_codes(value) if c.startswith("LA"))]:
            system, _, bare = code.rpartition(" ")
            if (role, system, bare) in known:
                return known[(role, system, bare)]
        self.draft.say("warning", seen.where, f"“{seen.name}: {text_of(concept(value))}” was not understood; it is "
                       "treated as unknown.", "Use an answer of the patient summary guide.")  # fmt: skip
        return "unknown"


def _per_day(value: object) -> float:
    """What an amount has to be multiplied by to be a day's: its unit may count by the week."""
    unit = f"{words(value.get('code'))} {words(value.get('unit'))}".lower() if isinstance(value, dict) else ""
    return next((share for name, share in _SHARES_OF_A_DAY.items() if name in unit), 1.0)


def _has_value(body: dict[str, Any]) -> bool:
    return any(key.startswith("value") and body[key] is not None for key in body)


def _bands(body: dict[str, Any]) -> list[str]:
    found = [code for item in items(body.get("interpretation")) for code in plain_codes(item)]
    return [_BANDS[code] for code in found if code in _BANDS]


def _truth(body: dict[str, Any]) -> bool | None:
    """Yes or no of an observation; without any value the observation itself says yes."""
    if isinstance(body.get("valueBoolean"), bool):
        return bool(body["valueBoolean"])
    said = plain_codes(body.get("valueCodeableConcept")) | {words(body.get("valueString")).lower()}
    said = {s.lower() for s in said if s}
    if not said:
        return True if not _has_value(body) and "dataAbsentReason" not in body else None
    return True if said & _YES else False if said & _NO else None


def _plain_name(name: str) -> str:
    """A LOINC long name without its property, if of blood: “Magnesium [Moles/volume] in Serum” → Magnesium."""
    base, bracket, rest = name.partition(" [")
    specimen = rest.partition("] in ")[2].lower()
    return base if bracket and specimen.startswith(_BLOOD[:3]) else name
