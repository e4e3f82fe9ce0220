"""The same case written a little differently: the answer should stay.

Units: every number in another unit of its test.  Spelling: two letters swapped in one symptom.  Noise: a symptom added
that no modelled state speaks of.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from typing import Any

from repletion.case import Case
from repletion.evaluation.model import choices
from repletion.knowledge import Knowledge


def other_units(data: Mapping[str, Any], case: Case, knowledge: Knowledge) -> tuple[dict[str, Any], str] | None:
    """The case with its numbers in other units; ``None`` when there is no number with another unit."""
    labs = data.get("labs")
    if not isinstance(labs, list):
        return None
    changed = [dict(item) if isinstance(item, Mapping) else item for item in labs]
    said = []
    for lab in case.labs:
        found = re.fullmatch(r"labs\[(\d+)\]", lab.where)
        if found is None or lab.value is None or lab.comparator is not None or not lab.usable:
            continue
        test, item = knowledge.tests[lab.test], changed[int(found[1])]
        typed = str(item.get("unit", "")) if isinstance(item, dict) else ""
        if not isinstance(item, dict) or isinstance(item.get("value"), str) or not typed:
            continue
        typed_factor = lab.value / item["value"] if item.get("value") else 1.0
        units = [u for u in test.units if not math.isclose(u.factor, typed_factor, rel_tol=0.01)]
        if not units:
            continue
        unit = units[0]
        item["value"] = float(f"{(lab.value - unit.offset) / unit.factor:.6g}")
        item["unit"] = unit.unit
        item.pop("range", None)
        if item.pop("reference_range", None) is not None and lab.reference is not None:
            low, high = (None if x is None else (x - unit.offset) / unit.factor for x in lab.reference)
            if low is not None and high is not None:
                item["reference_range"] = f"{low:.6g}-{high:.6g}"
        said.append(f"{item.get('test')} {item['value']:g} {unit.unit}")
    return ({**data, "labs": changed}, "; ".join(said)) if said else None


def _misspelt(text: str) -> str | None:
    """Two letters in the middle of the first long word swapped."""
    for word in re.findall(r"[A-Za-z]+", text):
        middle = len(word) // 2
        for at in (middle - 1, middle, middle - 2):
            if len(word) >= choices().shortest_misspelt and 0 < at < len(word) - 1 and word[at] != word[at + 1]:
                wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
                return text.replace(word, wrong, 1)
    return None


def misspelt(data: Mapping[str, Any]) -> tuple[dict[str, Any], str] | None:
    """The case with one symptom misspelt; ``None`` when no symptom has a word long enough."""
    symptoms = data.get("symptoms")
    if not isinstance(symptoms, list):
        return None
    for i, item in enumerate(symptoms):
        text = item.get("term") if isinstance(item, Mapping) else item
        wrong = _misspelt(text) if isinstance(text, str) else None
        if wrong is not None:
            changed: list[Any] = copy.deepcopy(symptoms)
            changed[i] = {**item, "term": wrong} if isinstance(item, Mapping) else wrong
            return {**data, "symptoms": changed}, f"{text} → {wrong}"
    return None


def with_noise(data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The case with a symptom that does not matter."""
    symptoms = data.get("symptoms")
    kept = list(symptoms) if isinstance(symptoms, list) else ([symptoms] if symptoms else [])
    return {**data, "symptoms": [*kept, choices().irrelevant_symptom]}, f"+ {choices().irrelevant_symptom}"


def disturbances(data: Mapping[str, Any], case: Case, knowledge: Knowledge) -> dict[str, tuple[dict[str, Any], str]]:
    """Every disturbance that applies, by name: the case and what was changed."""
    found = {"units": other_units(data, case, knowledge), "spelling": misspelt(data), "noise": with_noise(data)}
    return {name: pair for name, pair in found.items() if pair is not None}
