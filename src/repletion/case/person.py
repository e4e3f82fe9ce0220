"""Who the case is about: a mapping under ``person``, or words such as "52-year-old woman" in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from repletion.case.measures import measures, without
from repletion.case.parts import Person, Sex
from repletion.case.small_words import answers, one_of, told_for
from repletion.case.tokens import plain
from repletion.case.words import age_groups
from repletion.errors import Issue

OLDEST = 125.0  # the oldest verified age is 122 years; above this a number is a slip of typing
_SIZES = {"height_cm": (30.0, 260.0), "weight_kg": (0.5, 500.0)}
_FIELDS = (
    "age", "sex", "pregnant", "lactating", "smoker", "postmenopausal", "height_cm", "weight_kg", "ethnicity", "country",
)  # fmt: skip
FIELDS = (*_FIELDS, "age_group", "gender", "height", "weight", "bmi", "breastfeeding", "age_months")
_AGE_TEXT = re.compile(
    r"\b(?:aged?\s*|i am\s+|i'm\s+|im\s+)?(?P<n>\d{1,3})(?:\.\d+)?[\s-]*(?:years?|yrs?|y)[\s/-]*(?:old|of age|o)\b"
    r"|(?<!since )(?<!since the )(?<!from )(?<!until )(?<!till )(?<!before )(?<!after )"  # "since age 3" is no age
    r"\b(?:aged|i am|i'm|age:?)\s+(?P<p>\d{1,3})\b(?![\s-]*(?:weeks?|months?|days?|kg|cm|mg|g|hours?|times?))"
    r"|\b(?P<q>\d{1,2})\s?(?:yo|y/o)\b|\b(?P<s>\d{2})\s?[-/]?(?P<t>[MFmf])\b(?=[\s,.;]|$)"
    r"|\b(?P<v>[MF])[/ ](?P<u>\d{2})\b"
    r"|\b(?:(?:woman|man|female|male|lady|gentleman),?\s+(?:of\s+)?(?=\d\d)|(?:girl|boy|child|teenager),?\s+(?:of\s+)?)(?P<w>\d{1,3})\b"
    r"(?!\s*(?:%|kg|cm|mg|mmol|weeks?|days?|months?|times?))",
    re.IGNORECASE,
)
_AGE_BARE = re.compile(  # "71 man, back pain": only where a clause begins, so "ferritin 12, man" is no age
    r"(?:^|[.;!?,]\s+)(?P<n>\d{2}),?\s+(?:man|woman|male|female|lady|gentleman)\b"
    r"|\bpregnant,\s+(?P<p>\d{2})(?=\s*(?:[,.;]|$))",
    re.IGNORECASE,
)
_YOUNG = r"newborn|neonate|infant|baby|toddler|girl|boy|child|son|daughter|male|female|twins?"
_DESCRIBED = (
    r"(?:exclusively|fully|breast[\s-]?fed|bottle[\s-]?fed|formula[\s-]?fed|premature|preterm|term|healthy|male|female"
    r"|dark[\s-]skinned)"
)
_DOES = (  # what a child does: a verb behind "8 month old" says that the age is of somebody, and not of a rash
    "shakes|jerks|trembles|vomits|cries|screams|refuses|eats|drinks|sleeps|breathes|bleeds|limps|holds|wakes|stares|falls"
    "|feeds|looks|seems|cannot|can|can't|could|would|wouldn't|hasn't|isn't|doesn't|wets|swallowed|ate|drank|fell|vomited|lost"
    "|fainted|passed|hit|bumped|needs|takes|only|just|always|never|still|suddenly|sometimes|often|now|and|with|nods|arches"
    "|stiffens|chokes|drools|grunts|gags|moans|crawls|sits|walks|bow|weighs"
)
_YOUNG_AGE = re.compile(
    # "2 month old baby", "my 8-month-old is", "daughter, 9 months": not "a 3 week old rash", not "baby 3 weeks ago"
    rf"\b(?P<n>\d{{1,3}}(?:\.\d)?)[\s-]*(?P<u>month|mo|week|wk|day)s?[\s-]*old[\s-]+(?:{_DESCRIBED}[\s-]+)*(?:{_YOUNG})\b"
    rf"|\b(?:my|our)\s+(?P<m>\d{{1,3}})[\s-]*(?P<v>month|week|day)s?[\s-]*old\b(?=\s*(?:$|[,.;:]|is|was|has|had|who|keeps|won|will|get|got|does|did|start|stop|went|turn|(?:{_DOES})\b))"
    r"|(?:^|[.;!?]\s+)(?:(?:an?|my|our|febrile|feverish|unwell|sick|ill|sleepy|floppy)\s+){0,2}(?P<k>\d{1,3})[\s-]*(?P<l>month|week|day)s?"
    rf"[\s-]*old\b(?=\s*(?:$|[,.;:]|(?:with|who|and|is|has|had|was|not|won|\w+ing|{_DOES})\b))"
    rf"|\b(?:{_YOUNG})[,\s]+(?:is\s+|aged?\s+|of\s+)?(?P<o>\d{{1,3}})[\s-]*(?P<w>month|week|day)s?\b(?!\s*(?:ago|after|before|later|since|into))(?:\s*old)?",
    re.IGNORECASE,
)
_AGE_WORD = re.compile(
    r"^\s*(?:an?\s+|the\s+)?(newborn|neonate|infant|baby|toddler)\b(?!\s+(?:shower|food|milk|formula))", re.I
)
_YEARS_OF = {"month": 1 / 12, "mo": 1 / 12, "week": 7 / 365.25, "wk": 7 / 365.25, "day": 1 / 365.25}
_SEX_TEXT = re.compile(r"\b(woman|man|female|male|girl|boy|lady|gentleman)\b", re.IGNORECASE)
_OWN_SEX = re.compile(
    r"\b(?:i am|i'm|im)\s+an?\s+(?:woman|man|female|male|girl|boy|lady|gentleman)\b"
    r"|\b(?:woman|man|female|male|girl|boy|lady),?\s+(?:aged?\s+)?\d{1,3}\b",
    re.IGNORECASE,
)
_I_AM = re.compile(
    r"\b(?:i am|i'm|im)\s+an?\s+(?:\d{1,3}[\s-]*(?:years?|yrs?|y)?[\s-]*(?:old|o)?\s+)?"
    r"(woman|man|female|male|girl|boy|lady|gentleman)\b",
    re.IGNORECASE,
)
"""What a person says of themselves, wherever in a long story."""
_WHO = re.compile(r"\b(?:i am|i'm|im|an?|aged?|old|years?|yrs?|yo|y|of|and|[mf])\b|[\d\s/,.-]", re.IGNORECASE)
_NOT_PREGNANT = re.compile(r"\bnot pregnant\b|\bnon-?pregnant\b", re.IGNORECASE)
_PREGNANT = re.compile(
    r"\b(?:i am|i'm|im|is|currently|weeks|months)\s+pregnant\b|\bpregnant woman\b|^pregnant\b", re.IGNORECASE
)


@cache
def _sexes() -> dict[str, Sex]:
    """The sex that each word for a person names."""
    return {word: cast(Sex, sex) for sex, words in answers().sexes.items() for word in words}


def _truth(value: object) -> bool | None:
    """Yes or no as typed for the person; ``None`` for anything else."""
    low, known = str(value).strip().lower(), answers()
    return True if low in known.yes_of_person else False if low in known.no_of_person else None


_SPOKEN_AGE = re.compile(  # "he's only 6 weeks": of texts in which nobody speaks of himself
    r"\b(?:he|she|it)(?:'s| is)\s+(?:only |just |now |about |a )?(?P<n>\d{1,3})"
    r"(?:\s*(?P<u>year|yr|month|week|wk|day)s?)?"
    r"(?:\s+old)?\b(?!\s*(?:pregnant|post|late|overdue|into|since|gestation|sober|clean|after|out|away|ft|feet|kg|cm|%|min"
    r"|hour|hr|mg|st\b|stone|lb|times|x\b|[.,/]\d|°|degrees))",
    re.IGNORECASE,
)
_LONE_AGE = re.compile(r"(?:^|,\s*)(?P<n>[2-9]\d)\s*(?=,|[.!]?\s*$)")  # "slower walking, 66": the only number there


@cache
def _their_pregnancy() -> re.Pattern[str]:
    """What says that a relative is pregnant: "my wife is 30 weeks pregnant"."""
    return re.compile(rf"\b(?:{one_of(told_for().may_be_pregnant)})\b[^.,;!?\n]*?\bpregnant\b", re.IGNORECASE)


class PersonReader:
    """Collects what is said about the person, with an issue for what cannot be."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.issues: list[Issue] = []
        self.statements: list[tuple[str, str]] = []

    def _say(self, level: str, where: str, message: str, remedy: str) -> None:
        self.issues.append(Issue(level=level, where=where, message=message, remedy=remedy))  # type: ignore[arg-type]

    def mapping(self, data: Mapping[str, Any], unknown: Any) -> None:
        """Read the mapping under ``person``.  ``unknown(key, where)`` reports keys that are not known."""
        for key, value in data.items():
            where = f"person.{key}"
            if value is None or value == "":
                continue
            if key not in FIELDS:
                unknown(key, where)
            elif key in {"age", "age_months"}:
                number = _number(value)
                self._age(number / 12 if number is not None and key == "age_months" else number, value, where)
            elif key in {"sex", "gender"}:
                self._sex(value, where)
            elif key in {"height", "height_cm", "weight", "weight_kg"}:
                self._size(key, value, where)
            elif key == "bmi":
                self.statements.append((f"body mass index {value}", where))
                self._say(
                    "note",
                    where,
                    "The body mass index is computed from height and weight.",
                    "Give height_cm and weight_kg.",
                )
            elif key == "age_group":
                self.statements.append((str(value), where))
                if data.get("age") is None and data.get("age_months") is None:
                    self._age_group(str(value), where)
            elif key in {"pregnant", "lactating", "breastfeeding", "smoker", "postmenopausal"}:
                self._flag("lactating" if key == "breastfeeding" else key, value, where)
            else:
                self.values[key] = str(value)

    def _age_group(self, value: str, where: str) -> None:
        """An age that stands for a group such as "elderly", when no number is given."""
        number = age_groups().get(value.strip().casefold())
        if number is not None:
            self.values["age"] = number
            self._say(
                "note",
                where,
                f"“{value}” was taken as {number:g} years, since priors go by age.",
                "Give the age in years.",
            )

    def _age(self, number: float | None, value: object, where: str) -> None:
        if number is None:
            self._say(
                "warning",
                where,
                f"The age “{value}” is not a number of years; age is treated as unknown.",
                "Write years, for example 52.",
            )
        elif not 0 <= number <= OLDEST:
            self._say(
                "error",
                where,
                f"An age of {number:g} years is not possible; age is treated as unknown.",
                "Write the age in years, for example 52.",
            )
        else:
            if abs(self.values.setdefault("age", number) - number) >= 1:
                self._differs("age", f"{self.values['age']:g}", f"{number:g}", where)

    def _sex(self, value: object, where: str) -> None:
        sex = _sexes().get(str(value).strip().lower())
        if sex is None:
            self._say(
                "warning",
                where,
                f"The sex “{value}” was not understood; it is treated as unknown. Rates and reference "
                "intakes are published for female and male only.",
                "Write female or male, whichever fits the body best.",
            )
        elif self.values.setdefault("sex", sex) != sex:
            self._differs("sex", self.values["sex"], value, where)

    def _differs(self, what: str, kept: object, other: object, where: str) -> None:
        self._say(
            "warning",
            where,
            f"The {what} is given as {kept} and as “{other}”; {kept} was used.",
            "Correct one of the two.",
        )

    def _flag(self, key: str, value: object, where: str) -> None:
        flag = value if isinstance(value, bool) else _truth(value)
        if flag is None and str(value).strip().lower() not in answers().unknown_of_person:
            self._say(
                "warning",
                where,
                f"“{value}” was not understood as yes or no; it is treated as unknown.",
                "Write true or false.",
            )
        if flag is not None:
            self.values[key] = flag

    def _size(self, key: str, value: object, where: str) -> None:
        field = "height_cm" if key.startswith("height") else "weight_kg"
        number = _size_number(value, field)
        low, high = _SIZES[field]
        if number is not None and field == "height_cm" and 0.5 <= number <= 2.6:
            number *= 100
            if not str(value).endswith("m"):
                self._say("note", where, f"“{value}” was read as {number:.0f} cm.", "Give height in centimeters.")
        if number is None or not low <= number <= high:
            unit = "centimeters" if field == "height_cm" else "kilograms"
            self._say(
                "warning",
                where,
                f"“{value}” is not a possible {field.split('_')[0]}; it was not used.",
                f"Give it in {unit}.",
            )
        else:
            self.values[field] = round(number, 2)

    def text(self, text: str, where: str) -> None:
        """Age, sex and pregnancy from running text, where they are not given already."""
        source = plain(text)
        if any(map(str.isdigit, source)):
            for found in measures(source):
                if found.field not in self.values:
                    self._size(found.field, found.value, where)
            source = without(source)
        if m := _AGE_TEXT.search(source):
            groups = m.groupdict()
            self._age(
                float(
                    next(g for g in (groups["n"], groups["p"], groups["q"], groups["s"], groups["u"], groups["w"]) if g)
                ),
                m[0],
                where,
            )
            letter = groups["t"] or groups["v"]
            if letter:
                self._sex(letter, where)
        elif m := _YOUNG_AGE.search(source):
            groups = m.groupdict()
            number, unit = next((groups[n], groups[u]) for n, u in ("nu", "mv", "ow", "kl") if groups[n])
            self._age(round(float(number) * _YEARS_OF[unit.lower()], 3), m[0], where)
        elif "age" not in self.values and (m := _AGE_BARE.search(source)):
            self._age(float(m["n"] or m["p"]), m[0], where)
        elif "age" not in self.values and (age := _said_plainly(source)) is not None:
            self._age(age, f"{age:g}", where)
        elif "age" not in self.values and (m := _AGE_WORD.search(source)):
            self._age_group(m[1], where)
        head = source[:160]
        sexes = {_sexes()[x.lower()] for x in _SEX_TEXT.findall(head)}
        own = _AGE_TEXT.search(head) or _YOUNG_AGE.search(head) or _OWN_SEX.search(head) or _AGE_BARE.search(source)
        if own and len(sexes) == 1:
            self._sex(sexes.pop(), where)
        elif own and sexes and "sex" not in self.values:
            self._say(
                "warning", where, "More than one sex is named; sex is treated as unknown.", "Write female or male."
            )
        if not sexes and "sex" not in self.values:
            said = {_sexes()[x.lower()] for x in _I_AM.findall(source)}
            if len(said) == 1:
                self._sex(said.pop(), where)
        if "pregnant" not in self.values:
            source = _their_pregnancy().sub(" ", source)
            if _NOT_PREGNANT.search(source):
                self.values["pregnant"] = False
            elif _PREGNANT.search(source):
                self.values["pregnant"] = True

    def person(self) -> Person:
        """The person, with notes on what is not modelled."""
        if self.values.get("sex") == "male" and self.values.get("pregnant"):
            self._say(
                "error",
                "person.pregnant",
                "Male and pregnant contradict each other; pregnancy is treated as unknown.",
                "Correct sex or pregnant.",
            )
            del self.values["pregnant"]
        person = Person(**self.values)
        if person.age is not None and person.age < 18:
            self._say(
                "note",
                "person.age",
                f"At {person.age:g} years the person is a child: how common things are is counted in "
                "children for some of them, what they bring about mostly in adults. The probabilities are a rough "
                "guide; red flags and reference intakes hold.",
                "Ask a doctor who treats children.",
            )
        if person.pregnant:
            self._say(
                "note",
                "person.pregnant",
                "In pregnancy blood values and needs differ; the probabilities are those of "
                "adults who are not pregnant.",
                "Take questions to the midwife or doctor.",
            )
        return person


def _said_plainly(source: str) -> float | None:
    """An age in years that stands without a word for it: "he's only 6 weeks", "slower walking, 66"."""
    own = re.search(rf"\b(?:{one_of(told_for().oneself)})\b", source, re.IGNORECASE)
    if own is None and (m := _SPOKEN_AGE.search(source)) is not None:
        return round(float(m["n"]) * _YEARS_OF.get((m["u"] or "year").lower(), 1.0), 3)
    if (m := _LONE_AGE.search(source)) is not None and len(re.findall(r"\d+(?:[.,]\d+)?", source)) == 1:
        return float(m["n"])
    return None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e9 else None
    match = re.fullmatch(
        r"\s*(-?\d+(?:[.,]\d+)?)\s*(years?|yrs?|y|years? old|months?|weeks?|days?)?\s*", str(value), re.IGNORECASE
    )
    if match is None:
        return None
    unit = (match[2] or "y")[0].lower()
    return float(match[1].replace(",", ".")) / {"y": 1, "m": 12, "w": 52.18, "d": 365.25}[unit]


def _size_number(value: object, field: str) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = plain(str(value)).lower().strip()
    if field == "height_cm" and (
        m := re.fullmatch(r"(\d)\s*(?:ft|feet|foot|')\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:in|inches|\")?)?", text)
    ):
        return (float(m[1]) * 12 + float(m[2] or 0)) * 2.54
    if field == "weight_kg" and (
        m := re.fullmatch(r"(\d{1,2})\s*(?:st|stone)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:lbs?|pounds?)?)?", text)
    ):
        return (float(m[1]) * 14 + float(m[2] or 0)) * 0.45359237
    m = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(cm|m|kg|kgs|lb|lbs|pounds?|in|inches|kilos?)?", text)
    if m is None:
        return None
    number = float(m[1].replace(",", "."))
    factor = {
        "lb": 0.45359237,
        "lbs": 0.45359237,
        "pound": 0.45359237,
        "pounds": 0.45359237,
        "in": 2.54,
        "inches": 2.54,
        "m": 100.0,
    }
    return number * factor.get(m[2] or "", 1.0)


def says_who(words: str) -> bool:
    """Whether ``words`` only say who the person is: "60 year old man"."""
    source = plain(words)
    rest = source
    for who in (_YOUNG_AGE, _AGE_WORD, _AGE_TEXT, _SEX_TEXT):
        rest = who.sub("", rest)
    return rest != source and not _WHO.sub("", rest)
