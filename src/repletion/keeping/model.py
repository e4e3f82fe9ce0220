"""What is kept, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from repletion.errors import RepletionError

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment
    from repletion.case.model import Case

SCHEMA = "repletion.kept/1"


class KeepError(RepletionError):
    """The file cannot be opened, read or written; the message says what to do and names nothing that is kept."""


def refusal(key: str, **values: object) -> KeepError:
    """The error with the sentence ``keeping.KEY`` of the wording."""
    from repletion.report.wording import say  # only now: what is kept is opened without it

    return KeepError(say(f"keeping.{key}", **values))


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows of one entry.

    ``id``: of the entry.  ``name``: of the case; entries of one name are its versions, numbered from 1.
    ``saved``: the moment, in UTC.  ``urgency``: of the answer.
    """

    urgency: str
    id: str
    name: str
    version: int
    saved: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One kept entry: the case as read, the answer as it was given, the diary by days.

    ``case`` and ``answer`` are plain data as they were written, so that they can still be shown when a later version
    has other fields.  ``versions``: software, knowledge and food table that made the answer.  ``diary``: text of
    each day, under its name, in the order eaten.
    """

    schema: str = SCHEMA
    id: str
    name: str
    version: int
    saved: str
    versions: dict[str, str]
    answer: dict[str, Any]
    case: dict[str, Any]
    diary: dict[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, answer: Assessment, name: str | None = None, *, told: dict[str, Any] | None = None) -> Kept:
        """A case with its answer, to be kept; ``name`` is by default the title of the case.

        ``told``: what a form needs to be taken up again; it lies with the case, which is read without it.
        """
        from repletion.keeping.days import by_day

        plain = msgspec.to_builtins(case)
        if told is not None:
            plain["told"] = told
        return cls(
            id="",
            name=one_line(name or case.title or "") or "case",
            version=0,
            saved="",
            versions=msgspec.to_builtins(answer.versions),
            answer=msgspec.to_builtins(answer),
            diary=by_day(plain.pop("diary", "")),
            case=plain,
        )

    @property
    def line(self) -> Line:
        """The entry as the list shows it."""
        urgency = str(self.answer.get("triage", {}).get("urgency", "unknown"))
        return Line(urgency=urgency, id=self.id, name=self.name, version=self.version, saved=self.saved)

    def as_answer(self) -> Assessment:
        """The answer with its types.  Raises :class:`KeepError` when this version reads answers differently."""
        from repletion.assessment.model import Assessment

        found: Assessment = _typed(self.answer, Assessment, self)
        return found

    def as_case(self) -> Case:
        """The case with its types, to be assessed again.  Raises :class:`KeepError` like :meth:`as_answer`."""
        from repletion.case.model import Case

        found: Case = _typed({**self.case, "diary": "\n".join(self.diary.values())}, Case, self)
        return found


def one_line(text: str) -> str:
    """A name as one line that does nothing to a terminal."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:200]


def _typed(data: dict[str, Any], kind: type[Any], kept: Kept) -> Any:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        raise refusal("other_form", entry=kept.id, version=kept.versions.get("software", "?")) from None
