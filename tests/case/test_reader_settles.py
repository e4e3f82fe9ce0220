"""What is said twice counts once, and is said to have been."""

from __future__ import annotations

from repletion.case import Case


def test_what_is_said_twice_is_counted_once_and_noted() -> None:
    case = Case.from_mapping({"symptoms": ["acute back pain", {"term": "back pain", "duration": "2 months"}]})
    (only,) = [u for u in case.understood if u.kind == "finding"]
    assert only.where.startswith("symptoms[1]") and only.duration_days is not None
    (note,) = [issue for issue in case.issues if "counted once" in issue.message]
    assert note.level == "note" and note.where.startswith("symptoms[0]") and note.remedy
