"""What a program says beside a case: typed options, read strictly; the case itself is read as leniently as ever."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from repletion.case.bounds import Bounds
from repletion.errors import Issue, RepletionError

T = TypeVar("T", bound=msgspec.Struct)


class OptionError(RepletionError):
    """An option that does not fit.  ``where``: its place, as ``.days``.  ``near``: keys that may have been meant."""

    def __init__(self, where: str, why: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(where, why, near)
        self.where, self.why, self.near = where, why, near


def options_beside(found: Mapping[str, Any], kind: type[T]) -> tuple[T, dict[str, Any], tuple[Issue, ...]]:
    """The options of ``kind``, the case that stands under ``case`` (words alone are its ``text``), and what was cut.

    Raises :class:`OptionError` for an unknown key, or a value of another kind or size than the options allow.
    """
    case = found.get("case")
    if isinstance(case, str):
        case = {"text": case}
    if not isinstance(case, Mapping | None):
        raise OptionError(".case", "A case is words or an object of keys.")
    bounds = Bounds()
    options = bounds.case({key: value for key, value in found.items() if key != "case"})
    keys = ("case", *(field.encode_name for field in msgspec.structs.fields(kind)))
    for name in options:
        if name not in keys:
            raise OptionError(f".{name}", f"There is no key “{name}”.", near(name, keys))
    try:
        return msgspec.convert(_whole(options), kind), dict(case or {}), tuple(bounds.issues.values())
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `$")
        raise OptionError(place.rstrip("`"), f"{why}.") from None


def _whole(value: Any) -> Any:
    """Numbers without a fraction as whole ones: to JSON, 3.0 is 3."""
    if isinstance(value, dict):
        return {key: _whole(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_whole(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def near(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names nearest to ``name``; all of them when none is near and they are few."""
    found = get_close_matches(name[:80], known, n=3, cutoff=0.5)
    return tuple(found) or (known if len(known) < 20 else ())
