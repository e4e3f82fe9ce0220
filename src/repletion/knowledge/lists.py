"""What a list says of what is not on it."""

from __future__ import annotations

from typing import Literal

from repletion.knowledge.models import Record


class CompleteList(Record, frozen=True):
    """A list that a person gives or denies as a whole: "no medicines", or the medicines under their key.

    What is not on it is rarer than among people at large, by the share that such lists leave out.

    ``kinds``: of the factors that it lists.  ``section``: the key of a case under which a list stands.  ``closed``:
    whether a list that is given speaks of what is not on it (conditions are named as they seem to matter).
    ``omitted``: the claim of the share of what people have that their list leaves out.  ``words``: what is denied
    ("no medication"); ``whole``: phrases that deny it in other words ("fit and well").
    """

    id: str
    label: str
    kinds: tuple[Literal["condition", "medicine", "supplement", "habit", "diet", "life_stage", "history"], ...]
    section: str
    omitted: str
    closed: bool
    words: tuple[str, ...]
    whole: tuple[str, ...] = ()
