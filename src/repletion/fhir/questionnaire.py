"""Our own Questionnaire: every question of the knowledge base, with the linkIds that :mod:`responses` reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from repletion.fhir.bundle import Version
from repletion.fhir.resources import BASE, coding
from repletion.interview.wording import sentence, wording
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Condition

URL = f"{BASE}:questionnaire"
ANSWERS = (("yes", "Yes"), ("no", "No"), ("not_sure", "Not sure"))
_YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0532"
_HABITS = {"habit", "diet", "life_stage"}


def _clauses(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*condition.any_of, *condition.all_of):
        yield from _clauses(part)


def _warning_signs(knowledge: Knowledge) -> list[str]:
    """Findings on which a red flag can fire, most urgent flag first."""
    order = {"emergency": 0, "same_day": 1}
    flags = sorted(knowledge.red_flags.values(), key=lambda flag: (order.get(flag.urgency, 9), flag.id))
    named = [c.finding for flag in flags if flag.urgency in order for c in _clauses(flag.when) if c.finding]
    return list(dict.fromkeys(named))


def _asked(name: str, question: str) -> str:
    """The question as it is put with yes and no."""
    return wording().questions.get(name, question)


def _is_for_people(question: str) -> bool:
    """Whether a lay reader can answer: not a sign to be examined, a result, or a diagnosis."""
    return bool(question) and not question.startswith("(")


@lru_cache(maxsize=4)
def _build(version: Version, knowledge: Knowledge) -> dict[str, Any]:
    choice = "coding" if version == "R5" else "choice"
    codes = {"yes": ("Y", _YES_NO), "no": ("N", _YES_NO), "not_sure": ("not_sure", f"{BASE}:answer")}

    def yes_no(link: str, text: str) -> dict[str, Any]:
        options = [{"valueCoding": coding(codes[key][1], codes[key][0], shown)} for key, shown in ANSWERS]
        return {"linkId": link, "text": text, "type": choice, "required": False, "answerOption": options}

    def plain(link: str, text: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"linkId": link, "text": text, "type": kind, "required": False} | more

    def group(link: str, text: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        return {"linkId": link, "text": text, "type": "group", "item": items}

    never = wording().never
    findings = {
        f.id: _asked(f.id, f.question)
        for f in knowledge.findings.values()
        if f.kind == "symptom" and _is_for_people(f.question) and f.id not in never
    }
    factors = {
        f.id: (f.kind, _asked(f.id, f.question))
        for f in knowledge.factors.values()
        if _is_for_people(f.question) and f.id not in never
    }
    warning = [name for name in _warning_signs(knowledge) if name in findings]
    sexes = [{"valueCoding": coding("http://hl7.org/fhir/administrative-gender", s, s)} for s in ("female", "male")]
    person = [
        plain("person/age", sentence("age"), "decimal"),
        plain("person/sex", sentence("sex"), choice, answerOption=sexes),
        yes_no("person/pregnant", "Are you pregnant?"),
        yes_no("person/lactating", "Are you breast-feeding?"),
        yes_no("person/smoker", "Do you smoke?"),
        plain("person/height", "How tall are you, in centimeters?", "decimal"),
        plain("person/weight", "What do you weigh, in kilograms?", "decimal"),
    ]
    words = [
        plain("complaint", sentence("complaint"), "text"),
        plain("medicines", sentence("medicines"), "text"),
        plain("conditions", sentence("conditions"), "text"),
        plain("diet", "How do you eat: everything, vegetarian, vegan, something else?", "text"),
        plain("avoid", "Which foods can you not eat (allergies, intolerances)? Part them by commas.", "text"),
        plain(
            "diary", "What did you eat and drink? One line for each food with its amount, a line for each day.", "text"
        ),
    ]
    other = [name for name in findings if name not in set(warning)]
    habits = [name for name, (kind, _) in factors.items() if kind in _HABITS]
    illnesses = [name for name in factors if name not in set(habits)]
    return {
        "resourceType": "Questionnaire",
        "id": "repletion",
        "url": URL,
        "version": knowledge.version,
        "name": "Repletion",
        "title": "What is felt, taken, had and eaten",
        "status": "draft",
        "experimental": True,
        "subjectType": ["Patient"],
        "description": "Everything may be left open. What is not answered is unknown, never no. Not for emergencies.",
        "item": [
            group("person", "About you", person),
            group("words", "In your own words", words),
            group("warning", "Signs that change how soon to be seen",
                  [yes_no(f"finding/{n}", findings[n]) for n in warning]),
            group("complaints", "Complaints", [yes_no(f"finding/{n}", findings[n]) for n in other]),
            group("habits", "Habits and stages of life", [yes_no(f"factor/{n}", factors[n][1]) for n in habits]),
            group("history", "Illnesses and medicines", [yes_no(f"factor/{n}", factors[n][1]) for n in illnesses]),
        ],
    }  # fmt: skip


def questionnaire(version: Version = "R4", knowledge: Knowledge | None = None) -> dict[str, Any]:
    """The Questionnaire as a resource; the items change only with the knowledge, whose version it carries."""
    return _build(version, knowledge or load())
