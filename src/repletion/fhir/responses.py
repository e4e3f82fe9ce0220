"""QuestionnaireResponse → findings, factors, words and the person, by the linkIds of our own Questionnaire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from repletion.fhir.bundle import Entry, placed
from repletion.fhir.draft import Draft
from repletion.fhir.values import number, plain_codes, quantity, text_of, words
from repletion.knowledge.base import Knowledge

DEEPEST = 8
TEXTS = {"complaint": "text", "medicines": "drugs", "conditions": "conditions", "diet": "diet", "avoid": ""}
PERSON = {
    "person/age": "age", "person/sex": "sex", "person/pregnant": "pregnant", "person/lactating": "lactating",
    "person/height": "height_cm", "person/weight": "weight_kg", "person/smoker": "smoker",
}  # fmt: skip
_TRUTH = {
    "yes": True, "y": True, "true": True, "373066001": True, "la33-6": True, "no": False, "n": False, "false": False,
    "373067005": False, "la32-8": False,
}  # fmt: skip
_NOTHING = {"none", "no", "nothing", "nil"}


def _answered(value: object, where: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    """Every item with an answer: linkId, answers, place; groups and answers may hold further items."""
    if depth > DEEPEST:
        return
    for i, item in placed(value):
        place = f"{where}.item[{i}]"
        link = item.get("linkId")
        answers = placed(item.get("answer"))
        if isinstance(link, str) and answers:
            yield link.strip(), [answer for _, answer in answers], place
        yield from _answered(item.get("item"), place, depth + 1)
        for n, answer in answers:
            yield from _answered(answer.get("item"), f"{place}.answer[{n}]", depth + 1)


def _said(answer: dict[str, Any]) -> str:
    """An answer in words."""
    for key in ("valueString", "valueMarkdown", "valueDate"):
        if text := answer.get(key):
            return text if isinstance(text, str) else ""
    if isinstance(coding := answer.get("valueCoding"), dict):
        return words(coding.get("display")) or words(coding.get("code"))
    return text_of(answer.get("valueCodeableConcept"))


def _truth(answer: dict[str, Any]) -> bool | None:
    if isinstance(answer.get("valueBoolean"), bool):
        return bool(answer["valueBoolean"])
    coding = answer.get("valueCoding")
    said = plain_codes({"coding": [coding]}) if isinstance(coding, dict) else set()
    for text in (*said, _said(answer)):
        if text.strip().lower() in _TRUTH:
            return _TRUTH[text.strip().lower()]
    return None


def _amount(answer: dict[str, Any]) -> float | str | None:
    for key in ("valueInteger", "valueDecimal"):
        if (found := number(answer.get(key))) is not None:
            return found
    if "valueQuantity" in answer:
        found_quantity = quantity(answer["valueQuantity"])
        return found_quantity.value if not found_quantity.fault else None
    return _said(answer) or None


def read_response(entry: Entry, draft: Draft, knowledge: Knowledge) -> None:
    """One QuestionnaireResponse.  Items with linkIds that are not ours are named, each once."""
    body = entry.resource
    status = words(body.get("status"))
    if status in {"entered-in-error", "stopped"}:
        draft.say("note", entry.where, f"A questionnaire response is marked {status} and was not used.")
        return
    unknown: list[str] = []
    for link, answers, place in _answered(body.get("item"), entry.where):
        kind, _, name = link.partition("/")
        if link in PERSON:
            _person(link, answers[0], entry, place, draft)
        elif link == "diary":
            text = "\n".join(filter(None, (_said(a) for a in answers)))
            draft.mapping.setdefault("diary", []).extend(text.splitlines())
        elif link in TEXTS:
            _words(link, answers, entry, place, draft)
        elif kind == "finding" and name in knowledge.findings:
            if (present := _truth(answers[0])) is not None:
                draft.set("findings", name, {"present": present}, entry, place)
        elif kind == "factor" and name in knowledge.factors:
            if (present := _truth(answers[0])) is not None:
                item = {"term": knowledge.factors[name].label, "code": f"Repletion {name}", "present": present}
                draft.put("conditions", item, entry, place)
        else:
            unknown.append(link)
    if unknown:
        shown = ", ".join(link[:40] for link in unknown[:10]) + (" …" if len(unknown) > 10 else "")
        draft.say("warning", entry.where, f"{len(unknown)} answers have a linkId that is not ours; not used: {shown}.",
                  "Use the linkIds of Questionnaire/repletion, or answer “complaint” in words.")  # fmt: skip


def _words(link: str, answers: list[dict[str, Any]], entry: Entry, place: str, draft: Draft) -> None:
    for answer in answers:
        said = _said(answer).strip()
        if not said or (link != "complaint" and said.lower().rstrip(".") in _NOTHING):
            continue
        if link == "avoid":
            for food in (part.strip() for part in said.replace(";", ",").split(",")):
                if food:
                    draft.without.append(food)
                    draft.put("text", f"allergic to {food}", entry, place)
        else:
            draft.put(TEXTS[link], said, entry, place)


def _person(link: str, answer: dict[str, Any], entry: Entry, place: str, draft: Draft) -> None:
    field = PERSON[link]
    value: Any = _truth(answer) if field in {"pregnant", "lactating", "smoker"} else _amount(answer)
    if field == "sex":
        value = _said(answer).lower()
    if value in (None, ""):
        return
    if field in draft.mapping.get("person", {}) and draft.mapping["person"][field] != value:
        draft.say("note", place, f"The {field.split('_')[0]} is given twice; the one of the questionnaire was used.")
    draft.set("person", field, value, entry, place)
