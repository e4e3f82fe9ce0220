"""What belongs to somebody else does not exist: in the queries, in the database's own rules, in the keys."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from repletion.keeping import KeepError
from repletion.practice.database import House, in_the_name_of
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.tables import OF_A_PERSON, audit, diary_day, entry, share, subject


def keeper(house: House, person) -> PracticeKeeper:
    return PracticeKeeper(house, person, 100)


def test_what_is_kept_is_found_again_whole(house, somebody, answered):
    mine = keeper(house, somebody())
    first = mine.save(*answered, name="Marigold")
    second = mine.save(*answered, name="Marigold")
    kept = mine.get(first)
    assert kept.as_answer() == answered[1]
    assert kept.as_case().diary == answered[0].diary and list(kept.diary) == ["Day 1", "Day 2"]
    assert [(line.id, line.version, line.name) for line in mine.all()] == [
        (first, 1, "Marigold"),
        (second, 2, "Marigold"),
    ]
    assert mine.all()[0] == kept.line == mine.entries()[0].line
    assert mine.get(first[:12]) == kept
    mine.erase(first)
    assert [line.id for line in mine.all()] == [second]
    mine.erase_everything()
    assert mine.all() == ()


def test_an_export_is_read_back_and_once_only(house, somebody, answered):
    from repletion.keeping.export import read_back, write

    mine, other = keeper(house, somebody()), keeper(house, somebody())
    mine.save(*answered)
    data = write(mine.entries(), "json").encode()
    assert read_back(other, data) == 1 and read_back(other, data) == 0
    assert other.entries() == mine.entries()


def test_nothing_of_somebody_else_is_found_shown_or_erased(house, somebody, answered):
    mine, theirs = keeper(house, somebody()), keeper(house, somebody())
    their_entry, my_entry = theirs.save(*answered, name="same name"), mine.save(*answered, name="same name")
    before = theirs.get(their_entry)
    for attempt in (their_entry, their_entry[:12], "%", "_", "", "' OR 1=1 --", "\\", "*"):
        for reach in (mine.get, mine.erase, mine.readers, mine.is_own):
            with pytest.raises(KeepError, match="No entry"):
                reach(attempt)
    assert [line.id for line in mine.all()] == [my_entry] == [kept.id for kept in mine.entries()]
    mine.erase_everything()
    assert theirs.get(their_entry) == before


def test_an_id_of_somebody_else_can_be_used_and_touches_nothing(house, somebody, answered):
    """An import with the id of a stranger's entry makes an entry of one's own, and tells nothing."""
    from msgspec.structs import replace

    mine, theirs = keeper(house, somebody()), keeper(house, somebody())
    taken = theirs.save(*answered)
    before = theirs.get(taken)
    assert mine.add(replace(before, name="mine now")) == taken
    assert mine.get(taken).name == "mine now" and theirs.get(taken) == before
    mine.erase(taken)
    assert theirs.get(taken) == before


def test_a_case_is_shared_read_only_and_taken_back(house, somebody, answered):
    me, colleague, third = somebody(), somebody(), somebody()
    mine, theirs = keeper(house, me), keeper(house, colleague)
    entry_id, other = mine.save(*answered, name="shared"), mine.save(*answered, name="not shared")
    mine.share_with(entry_id, colleague)
    later = mine.save(*answered, name="shared")
    assert {line.id for line in theirs.shared()} == {entry_id, later}
    assert theirs.own() == () == theirs.entries()
    assert {line.name for line in theirs.all()} == {f"shared (shared by {me.shown})"}
    assert theirs.get(entry_id).as_answer() == mine.get(entry_id).as_answer()
    assert theirs.is_own(entry_id) is False and mine.is_own(entry_id) is True
    assert mine.readers(entry_id) == (colleague.id,)
    with pytest.raises(KeepError, match="only they can erase"):
        theirs.erase(entry_id)
    for reach in (theirs.readers, lambda e: theirs.share_with(e, third)):
        with pytest.raises(KeepError, match="No entry"):
            reach(entry_id)
    with pytest.raises(KeepError, match="No entry"):
        theirs.get(other)
    with pytest.raises(KeepError, match="No entry"):
        keeper(house, third).get(entry_id)
    mine.unshare(entry_id, colleague.id)
    with pytest.raises(KeepError, match="No entry"):
        theirs.get(entry_id)
    assert theirs.shared() == ()


def test_only_clinicians_share_and_an_administrator_has_no_records(house, somebody, answered):
    person, clinician, admin = somebody("person"), somebody(), somebody("admin")
    entry_id = keeper(house, person).save(*answered)
    with pytest.raises(KeepError, match="two clinicians"):
        keeper(house, person).share_with(entry_id, clinician)
    with pytest.raises(KeepError, match="two clinicians"):
        keeper(house, clinician).share_with(keeper(house, clinician).save(*answered), admin)
    with pytest.raises(KeepError, match="administrator"):
        keeper(house, admin)


def test_there_is_an_end_to_what_one_person_keeps(house, somebody, answered):
    few = PracticeKeeper(house, somebody(), 2)
    few.save(*answered)
    few.save(*answered)
    with pytest.raises(KeepError, match="2 entries"):
        few.save(*answered)
    assert len(few.all()) == 2


def test_records_are_sealed_and_bound_to_their_owner(house, somebody, answered):
    me, other = somebody(), somebody()
    mine = keeper(house, me)
    first = mine.save(*answered, name="Marigold")
    theirs = keeper(house, other).save(*answered, name="Tulip")
    with house.turn(me.id, everything=True) as db:
        whole = repr([list(db.execute(select(table))) for table in OF_A_PERSON])
        record = db.execute(select(entry.c.record).where(entry.c.id == first)).scalar_one()
    for word in ("Marigold", "eyelid", "coffee", "banana", "routine", "twitch"):
        assert word not in whole
    with house.turn(other.id) as db:
        db.execute(update(entry).where(entry.c.id == theirs).values(record=record))
    with pytest.raises(KeepError, match="damaged"):
        keeper(house, other).get(theirs)


def test_the_database_itself_holds_people_apart(on_postgres, somebody_there, answered):
    """A query that forgot to ask for the owner: the rules of the rows still stand."""
    house, me, other, reader = on_postgres, somebody_there(), somebody_there(), somebody_there()
    mine = keeper(house, me).save(*answered)
    theirs = keeper(house, other)
    their_entry = theirs.save(*answered)
    theirs.share_with(their_entry, reader)
    with house.turn(me.id) as db:
        for table in OF_A_PERSON:
            assert {row.owner for row in db.execute(select(table))} <= {me.id}
        assert db.execute(delete(entry).where(entry.c.id == their_entry)).rowcount == 0
        assert db.execute(update(entry).values(version=9)).rowcount == 1
    with house.turn() as db:  # in nobody's name
        for table in OF_A_PERSON:
            assert db.execute(select(table)).all() == []
    with house.turn(reader.id) as db:  # what was shared is read, and not written
        for table in (subject, entry, diary_day, share):
            assert {row.owner for row in db.execute(select(table))} == {other.id}
            assert db.execute(delete(table)).rowcount == 0
    for steal in (
        insert(entry).values(owner=other.id, id="x", subject="y", version=1, saved="z", line=b"", record=b""),
        insert(share).values(owner=other.id, subject="y", reader=me.id, since=""),
        update(entry).where(entry.c.id == mine).values(owner=other.id),
    ):
        with pytest.raises((KeepError, DBAPIError)), house.turn(me.id) as db:
            db.execute(steal)
    assert theirs.get(their_entry).id == their_entry


def test_an_entry_cannot_hang_on_a_case_of_somebody_else(house, somebody, answered):
    me, other = somebody(), somebody()
    keeper(house, other).save(*answered)
    with house.turn(other.id) as db:
        case = db.execute(select(subject.c.id).where(subject.c.owner == other.id)).scalar_one()
    with pytest.raises(IntegrityError), house.turn(me.id) as db:
        db.execute(insert(entry).values(owner=me.id, id="ab", subject=case, version=7, saved="x", line=b"", record=b""))


def test_the_name_of_one_turn_does_not_stay_for_the_next(on_postgres):
    on_postgres.engine.dispose()  # one connection from here on
    with on_postgres.engine.begin() as db:
        in_the_name_of(db, "somebody", everything=True)
        process = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with on_postgres.engine.begin() as db:
        assert db.execute(text("SELECT pg_backend_pid()")).scalar_one() == process
        assert not db.execute(text("SELECT current_setting('repletion.user', true)")).scalar_one()
        assert db.execute(text("SELECT current_setting('repletion.house', true)")).scalar_one() != "on"


def test_the_role_of_the_server_can_only_add_to_the_audit(house, somebody):
    somebody()
    for change in (update(audit).values(actor="nobody"), delete(audit)):
        with pytest.raises((KeepError, IntegrityError)), house.turn() as db:
            db.execute(change)
    with house.turn() as db:
        assert db.execute(select(audit.c.number)).first()
