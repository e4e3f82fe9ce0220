"""The keys of a case, and the plain values under them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from repletion.case.small_words import answers

SECTIONS = {
    "text": "text", "symptoms": "symptoms", "signs": "signs", "conditions": "conditions", "drugs": "drugs",
    "medications": "drugs", "medicines": "drugs", "supplements": "drugs", "lifestyle": "lifestyle",
    "habits": "lifestyle", "diet": "diet", "stated_negatives": "stated_negatives", "investigations": "investigations",
}  # fmt: skip
KEYS = (*SECTIONS, "person", "labs", "findings", "diary", "title", "on", "date")
LABELS = frozenset((  # what a published record carries beside the case; ignored on purpose
    "id", "source", "notes", "group", "label_basis", "presentation_only", "eval_sets", "final_diagnoses", "red_flag",
    "neuromuscular", "source_depth", "numeric_labs",
))  # fmt: skip
TERMS = ("term", "text", "name", "finding", "symptom", "drug", "condition", "test", "id", "label")
TIMES = ("duration", "since", "for", "how_long")
DETAILS = ("site", "location", "onset", "severity", "note", "detail")
ENTRY_KEYS = frozenset(
    {*TERMS, *TIMES, *DETAILS, "dose", "frequency", "present", "stopped", "past", "unit", "value", "code", "certain"}
)


def truth(value: Any) -> Any:
    """Yes and no in words or as 1 and 0; anything else as it stands."""
    low = value.strip().lower() if isinstance(value, str) else value
    if isinstance(low, str):
        return True if low in answers().yes else False if low in answers().no else low
    return bool(low) if isinstance(low, int) and low in {0, 1} else low


def texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """The free words under a key, each with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            if isinstance(item, str):
                yield f"{where}[{i}]", item
