"""A diary's text, day by day."""

from __future__ import annotations


def by_day(text: str) -> dict[str, str]:
    """The text cut into its days, under their names; joined by line ends the parts are the text again.

    A diary that is no free text (a table), or that cannot be read, stays in one piece.
    """
    if not text.strip():
        return {}
    from repletion.intake.csv_diary import looks_like_table
    from repletion.intake.diary import DiaryError, read_diary

    if looks_like_table(text):
        return {"table": text}

    lines = text.split("\n")
    try:
        found = read_diary(text, format="text") if len(text) < 200_000 else None
    except DiaryError:
        found = None
    starts: dict[str, int] = {}
    for line in found.lines if found else ():
        starts.setdefault(line.day, line.line - 1)
    places = sorted((place, day) for day, place in starts.items())
    if len(places) < 2:
        return {places[0][1] if places else "1": text}
    days: dict[str, str] = {}
    # The heading stands above the first food of its day: cut after the last food of the day before.
    last = {line.day: line.line for line in found.lines} if found else {}
    cuts = [0, *(last[day] for _, day in places[:-1]), len(lines)]
    if cuts != sorted(set(cuts)):  # a day that comes back
        return {"1": text}
    for number, (_, day) in enumerate(places):
        days[day] = "\n".join(lines[cuts[number] : cuts[number + 1]])
    return days
