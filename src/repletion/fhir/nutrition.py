"""NutritionIntake (R5) → diary lines."""

from __future__ import annotations

from repletion.fhir.bundle import Entry, placed
from repletion.fhir.draft import Draft
from repletion.fhir.values import day_of, number, text_of, words

_UNITS = {
    "g": "g", "kg": "kg", "mL": "ml", "L": "l", "[cup_us]": "cup", "[oz_av]": "oz", "[foz_us]": "fl oz",
    "[tbs_us]": "tbsp", "[tsp_us]": "tsp", "mg": "mg", "{slice}": "slice", "{piece}": "piece", "{cup}": "cup", "1": "",
}  # fmt: skip


_WHEN = ("occurrenceDateTime", "occurrencePeriod", "effectiveDateTime", "effectivePeriod")
_SHARES = {"%", "percent"}


def read_intake(entry: Entry, draft: Draft) -> None:
    """Foods that were eaten, each with its amount, under their day."""
    body = entry.resource
    if words(body.get("status")) in {"entered-in-error", "not-done", "cancelled", "stopped"}:
        draft.say("note", entry.where, f"A nutrition intake is marked {body['status']} and was not used.")
        return
    day = next((found for key in _WHEN if (found := day_of(body.get(key)))), None)
    lines = draft.mapping.setdefault("diary", [])
    heading = f"{day.isoformat()}:" if day else ""
    if heading and heading not in lines:
        lines.append(heading)
    for i, consumed in placed(body.get("consumedItem")):
        place = f"{entry.where}.consumedItem[{i}]"
        food = text_of(consumed.get("nutritionProduct")) or text_of(consumed.get("type"))
        if consumed.get("notConsumed") is True:
            draft.say("note", place, f"“{food}” is marked as not eaten.")
            continue
        if not food:
            draft.say("warning", place, "A food has no name; it was not used.", "Give nutritionProduct.concept.text.")
            continue
        amount = consumed.get("amount")
        line = food
        if isinstance(amount, dict) and (value := number(amount.get("value"))) is not None:
            code = words(amount.get("code"))
            unit = _UNITS.get(code, words(amount.get("unit")) or code)
            if unit.lower() in _SHARES:
                draft.say("note", f"{place}.amount", f"{value:.4g} % of the “{food}” that was served: a usual portion "
                          "was taken as what was served.", "Give the amount in g or mL.")  # fmt: skip
                value, unit = value / 100, "serving"
            line = f"{value:.6g} {unit} {food}".replace("  ", " ")
        lines.append(line)
        draft.places[f"diary[{len(lines) - 1}]"] = place
    if body.get("ingredientLabel"):
        draft.say("note", f"{entry.where}.ingredientLabel", "Nutrients given beside the foods were not used; the foods "
                  "were looked up.", "Nothing to do: the food table has every nutrient.")  # fmt: skip
