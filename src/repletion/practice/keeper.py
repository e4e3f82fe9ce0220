"""What one person of the practice keeps: the same methods as :class:`repletion.keeping.Keeper`, in the database.

This is the one place that reads and writes records of people.  Every query asks for the owner, or for a case that was
shared with the reader; what belongs to somebody else does not exist here.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select

from repletion.keeping import KeepError, Kept, Line
from repletion.keeping.model import one_line
from repletion.practice import audit
from repletion.practice.database import House
from repletion.practice.people import Person
from repletion.practice.tables import account, diary_day, entry, share, subject
from repletion.practice.tables import audit as audit_lines

if TYPE_CHECKING:
    from types import TracebackType

    from repletion.assessment.model import Assessment
    from repletion.case.model import Case

_ELSEWHERE = "This is done for the whole practice, by its administrator: repletion practice {command}."


class PracticeKeeper:
    """The records of one person.  ``most``: entries that one person may keep."""

    locked = True

    def __init__(self, house: House, person: Person, most: int) -> None:
        if not person.keeps:
            raise KeepError("An administrator keeps no cases and sees none.")
        self.house = house
        self.person = person
        self.most = most
        self._seal = house.vault.seal

    def __enter__(self) -> PracticeKeeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held between two turns."""

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        with self.house.turn(self.person.id) as db:
            yield db

    def _note(self, db: Connection, action: str, what: str = "", owner: str = "") -> None:
        audit.note(db, self.house.vault, self.person.id, action, what, owner or self.person.id)

    # -- what this person may see, and change --------------------------------------------------------------------

    def _readable(self) -> Any:
        """Entries of one's own, and of cases shared with oneself."""
        shared = exists().where(
            share.c.owner == entry.c.owner, share.c.subject == entry.c.subject, share.c.reader == self.person.id
        )
        return or_(entry.c.owner == self.person.id, shared)

    def _own(self) -> Any:
        return entry.c.owner == self.person.id

    # -- keeping -------------------------------------------------------------------------------------------------

    def save(self, case: Case, answer: Assessment, *, name: str | None = None) -> str:
        """Keep a case with its answer; returns the id of the entry when both are safely on the disk.

        ``name``: of the case over time, by default its title; a name that is kept already gets the next version.
        """
        return self.add(Kept.of(case, answer, name))

    def add(self, kept: Kept) -> str:
        """Keep an entry that exists already, as of an export; ``id``, ``version`` and ``saved`` are given where empty.

        An id that this person keeps already is left as it is.
        """
        me = self.person.id
        with self._turn() as db:
            # One writer of this person at a time: the versions of a case are counted.
            db.execute(select(account.c.id).where(account.c.id == me).with_for_update())
            if kept.id and db.execute(select(entry.c.id).where(self._own(), entry.c.id == kept.id)).first():
                return kept.id
            if db.execute(select(func.count()).select_from(entry).where(self._own())).scalar_one() >= self.most:
                raise KeepError(f"{self.most} entries are kept; more are not. Erase what is no longer needed.")
            saved = min(kept.saved or audit.now(), audit.now())  # none from the future: retention counts from here
            new, case = kept.id or secrets.token_hex(10), self._subject(db, one_line(kept.name) or "case", saved)
            last = select(func.coalesce(func.max(entry.c.version), 0)).where(self._own(), entry.c.subject == case)
            version = int(db.execute(last).scalar_one()) + 1
            body = {"versions": kept.versions, "answer": kept.answer, "case": kept.case}
            row = (me, new, case, version, saved)
            db.execute(
                insert(entry).values(
                    owner=me, id=new, subject=case, version=version, saved=saved,
                    line=self._seal.close({"urgency": kept.line.urgency}, _row("line", *row)),
                    record=self._seal.close(body, _row("entry", *row)),
                )
            )  # fmt: skip
            days = [
                {
                    "owner": me,
                    "entry": new,
                    "place": place,
                    "record": self._seal.close({"day": day, "text": text}, _row("day", me, new, place)),
                }
                for place, (day, text) in enumerate(kept.diary.items())
            ]
            if days:
                db.execute(insert(diary_day), days)
            self._note(db, "entry kept", new)
        return new

    def _subject(self, db: Connection, name: str, since: str) -> str:
        """The id of one's own case with this name, made where there is none."""
        me = self.person.id
        label = self.house.vault.mac("label", me, name)
        found = db.execute(select(subject.c.id).where(subject.c.owner == me, subject.c.label == label)).scalar()
        if found is not None:
            return str(found)
        new = secrets.token_hex(10)
        record = self._seal.close({"name": name}, _row("subject", me, new))
        db.execute(insert(subject).values(owner=me, id=new, since=since, label=label, record=record))
        return new

    # -- finding -------------------------------------------------------------------------------------------------

    def _select(self, *columns: Any) -> Any:
        joined = and_(subject.c.owner == entry.c.owner, subject.c.id == entry.c.subject)
        return select(
            entry.c.owner, entry.c.id, entry.c.subject, entry.c.version, entry.c.saved, *columns,
            subject.c.record.label("of_subject"), account.c.shown.label("of_whom"),
        ).join(subject, joined).join(account, account.c.id == entry.c.owner)  # fmt: skip

    def _name(self, row: Any) -> str:
        name = str(self._seal.open(row.of_subject, _row("subject", row.owner, row.subject))["name"])
        return name if row.owner == self.person.id else f"{name} (shared by {row.of_whom})"

    def _line(self, row: Any) -> Line:
        urgency = self._seal.open(row.line, _row("line", *row[:5]))["urgency"]
        return Line(urgency=urgency, id=row.id, name=self._name(row), version=row.version, saved=row.saved)

    def _read(self, db: Connection, which: Any) -> tuple[Kept, ...]:
        """Entries with their days by one statement: what is erased meanwhile is there whole or not at all."""
        of_it = and_(diary_day.c.owner == entry.c.owner, diary_day.c.entry == entry.c.id)
        asked = self._select(entry.c.record, diary_day.c.place, diary_day.c.record.label("of_day"))
        asked = asked.outerjoin(diary_day, of_it).where(which)
        asked = asked.order_by(entry.c.saved, entry.c.subject, entry.c.version, entry.c.owner, diary_day.c.place)
        rows = groupby(db.execute(asked), key=lambda row: (row.owner, row.id))
        return tuple(self._kept(list(days)) for _, days in rows)

    def _kept(self, days: list[Any]) -> Kept:
        """An entry; ``days``: its row once for each of its days."""
        row = days[0]
        body = self._seal.open(row.record, _row("entry", *row[:5]))
        read = [
            self._seal.open(day.of_day, _row("day", row.owner, row.id, day.place))
            for day in days
            if day.place is not None
        ]
        diary = {day["day"]: day["text"] for day in read}
        return Kept(id=row.id, name=self._name(row), version=row.version, saved=row.saved, diary=diary, **body)

    def all(self) -> tuple[Line, ...]:
        """Every entry that this person may read as the list shows it, by the time it was kept.

        The name of a case that a colleague shares says whose it is.
        """
        return self._lines(self._readable())

    def own(self) -> tuple[Line, ...]:
        """Every entry of one's own as the list shows it."""
        return self._lines(self._own())

    def shared(self) -> tuple[Line, ...]:
        """Entries of the cases that others share with this person."""
        return self._lines(and_(self._readable(), entry.c.owner != self.person.id))

    def _lines(self, which: Any) -> tuple[Line, ...]:
        with self._turn() as db:
            asked = self._select(entry.c.line).where(which).order_by(entry.c.saved, entry.c.subject, entry.c.version)
            found = tuple(self._line(row) for row in db.execute(asked))
            if found:
                self._note_once_a_minute(db, "entries listed")
        return found

    def _note_once_a_minute(self, db: Connection, action: str) -> None:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
        mine = audit_lines.c.actor == self.person.id, audit_lines.c.action == action
        recent = select(audit_lines.c.number).where(*mine, audit_lines.c.at > since.isoformat(timespec="milliseconds"))
        if not db.execute(recent.limit(1)).first():
            self._note(db, action)

    def entries(self, actor: str = "") -> tuple[Kept, ...]:
        """Every entry of one's own, whole, by the time it was kept; ``actor``: who else takes them out."""
        with self._turn() as db:
            found = self._read(db, self._own())
            audit.note(db, self.house.vault, actor or self.person.id, "all entries read", "", self.person.id)
        return found

    def get(self, entry_id: str) -> Kept:
        """One entry by its id, or by the beginning of it.  Raises :class:`KeepError`."""
        with self._turn() as db:
            owner, whole = self._whole(db, entry_id, self._readable())
            found = self._read(db, and_(entry.c.owner == owner, entry.c.id == whole, self._readable()))
            if not found:
                raise KeepError("No entry has this id.")  # it was erased, or is shared no more, since a moment ago
            self._note(db, "entry read", whole, owner)
        return found[0]

    def _whole(self, db: Connection, entry_id: str, among: Any) -> tuple[str, str]:
        """Owner and id of the one entry meant.  Raises :class:`KeepError`, also for what belongs to somebody else."""
        asked = (
            select(entry.c.owner, entry.c.id).where(among, entry.c.id.startswith(entry_id, autoescape=True)).limit(9)
        )
        found = [(row.owner, row.id) for row in db.execute(asked)] if entry_id else []
        exact = [row for row in found if row[1] == entry_id] or found
        own = [row for row in exact if row[0] == self.person.id] or exact
        if len(own) != 1:
            raise KeepError("No entry has this id." if not own else "Several entries begin so; give more of the id.")
        return own[0]

    # -- erasing -------------------------------------------------------------------------------------------------

    def erase(self, entry_id: str) -> None:
        """Erase one entry of one's own; a case without entries goes too.  Raises :class:`KeepError`."""
        with self._turn() as db:
            owner, whole = self._whole(db, entry_id, self._readable())
            if owner != self.person.id:
                raise KeepError("A colleague shares this case with you; only they can erase it.")
            db.execute(delete(entry).where(self._own(), entry.c.id == whole))
            self._without_empty_cases(db)
            self._note(db, "entry erased", whole)

    def erase_everything(self) -> None:
        """Erase every entry of one's own."""
        with self._turn() as db:
            db.execute(delete(subject).where(subject.c.owner == self.person.id))
            self._note(db, "all entries erased")

    def _without_empty_cases(self, db: Connection) -> None:
        filled = select(entry.c.subject).where(self._own())
        db.execute(delete(subject).where(subject.c.owner == self.person.id, subject.c.id.not_in(filled)))

    # -- sharing a case with a colleague -------------------------------------------------------------------------

    def share_with(self, entry_id: str, reader: Person) -> None:
        """Let another clinician read every version of the case of an entry.  Raises :class:`KeepError`."""
        if self.person.role != "clinician" or reader.role != "clinician" or reader.disabled or reader == self.person:
            raise KeepError("A case is shared between two clinicians of the practice.")
        with self._turn() as db:
            case = self._own_case(db, entry_id)
            there = share.c.owner == self.person.id, share.c.subject == case, share.c.reader == reader.id
            if not db.execute(select(share.c.reader).where(*there)).first():
                values = {"owner": self.person.id, "subject": case, "reader": reader.id, "since": audit.now()}
                db.execute(insert(share).values(**values))
                self._note(db, "case shared", f"{case} {reader.id}")

    def unshare(self, entry_id: str, reader_id: str) -> None:
        """Take it back."""
        with self._turn() as db:
            case = self._own_case(db, entry_id)
            there = share.c.owner == self.person.id, share.c.subject == case, share.c.reader == reader_id
            if db.execute(delete(share).where(*there)).rowcount:
                self._note(db, "case unshared", f"{case} {reader_id}")

    def readers(self, entry_id: str) -> tuple[str, ...]:
        """Ids of those who may read the case of an entry of one's own."""
        with self._turn() as db:
            case = self._own_case(db, entry_id)
            asked = select(share.c.reader).where(share.c.owner == self.person.id, share.c.subject == case)
            return tuple(row.reader for row in db.execute(asked.order_by(share.c.reader)))

    def is_own(self, entry_id: str) -> bool:
        """Whether the entry is one's own, not one that was shared."""
        with self._turn() as db:
            return self._whole(db, entry_id, self._readable())[0] == self.person.id

    def _own_case(self, db: Connection, entry_id: str) -> str:
        _, whole = self._whole(db, entry_id, self._own())
        return str(db.execute(select(entry.c.subject).where(self._own(), entry.c.id == whole)).scalar_one())

    # -- what is done for the whole practice ---------------------------------------------------------------------

    def backup(self, target: str | Path, *, replace: bool = False) -> None:
        """Not for one person.  Raises :class:`KeepError`."""
        raise KeepError(_ELSEWHERE.format(command="backup"))

    def move(self, target: str | Path) -> None:
        """Not for one person.  Raises :class:`KeepError`."""
        raise KeepError(_ELSEWHERE.format(command="backup"))

    def change_passphrase(self, new: str | None) -> None:
        """Records are sealed under the key of the practice.  Raises :class:`KeepError`."""
        raise KeepError(_ELSEWHERE.format(command="new-key"))


def _row(kind: str, *parts: object) -> str:
    """What a record is bound to: its row, its owner first."""
    return "|".join([kind, *map(str, parts)])
