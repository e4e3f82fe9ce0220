"""Passwords, sign-in at the same cost for everybody, throttling, sessions, the audit trail."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text, update

from repletion.keeping import KeepError
from repletion.practice import audit, passwords, upkeep
from repletion.practice.database import House
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People
from repletion.practice.sessions import Sessions, digest
from repletion.practice.settings import Settings
from repletion.practice.tables import account, session, tried
from repletion.practice.tables import audit as audit_table
from repletion.practice.throttle import InTheDatabase, Throttle

WORD = "violet kettle orbit 42"


@pytest.fixture
def house(on_postgres: House) -> House:
    """On PostgreSQL; that SQLite does the same is tried in ``test_isolation.py`` and by the commands."""
    return on_postgres


def lines_of(house: House, **asked: object) -> list[audit.AuditLine]:
    with house.turn() as db:
        return audit.lines(db, **asked)  # type: ignore[arg-type]


def test_the_full_cost_of_a_password():
    """What serves hashes with is what RFC 9106 recommends, whatever the trials use."""
    import inspect

    assert 'time_cost": 3, "memory_cost": 65536, "parallelism": 4' in inspect.getsource(passwords)
    kept = passwords._hasher(3, 65536, 4).hash(WORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(kept, WORD) and not passwords.fits(kept, WORD + "x")
    assert passwords.is_outdated(kept)  # at the cheap cost of the trials


@pytest.mark.parametrize(
    "bad", ["short", "password1234", "annabelbergmann", "aaaaaaaaaaaaaaaa", "qwertyuiop123", "x" * 257]
)
def test_a_password_that_would_be_guessed_is_refused(house, bad):
    with pytest.raises(passwords.WeakPassword):
        People(house, Settings()).add(f"weak{hash(bad) % 10**8}", "clinician", shown="Annabel Bergmann", password=bad)


def test_the_same_password_typed_another_way_fits():
    kept = passwords.hashed("caf\u00e9 violet kettle")
    assert passwords.fits(kept, "cafe\u0301 violet kettle")


def test_every_refusal_costs_one_hash(house, somebody, monkeypatch):
    """Somebody unknown, disabled, without a password, or with a wrong one: the same work, the same answer."""
    people, known = People(house, Settings()), somebody(password=WORD)
    disabled, provided = somebody(password=WORD), somebody()
    people.disable(disabled)
    passwords.fits(None, "x")
    done: list[bool] = []
    real = passwords.hasher()

    class Counting:
        def verify(self, *given: str) -> bool:
            done.append(True)
            return bool(real.verify(*given))

    monkeypatch.setattr(passwords, "hasher", Counting)
    for name, word in (("nobody at all", WORD), (known.name, "wrong"), (disabled.name, WORD), (provided.name, WORD)):
        done.clear()
        assert people.admitted(name, word) is None
        assert len(done) == 1, name
    monkeypatch.undo()
    found = people.admitted(known.name.upper(), WORD)
    assert found is not None and found.id == known.id


def test_what_was_typed_into_the_name_is_written_nowhere(house, somebody):
    people = People(house, Settings())
    people.admitted("my secret password", "x")
    found = lines_of(house, most=3)
    assert found[0].action == "sign-in refused" and found[0].object == ""
    assert "secret" not in repr(found)


def test_a_one_time_code_is_asked_for_and_good_once(house, somebody):
    import pyotp

    person, people, secret = somebody(password=WORD), People(house, Settings()), pyotp.random_base32()
    people.set_code(person, secret)
    code = pyotp.TOTP(secret).now()
    assert people.admitted(person.name, WORD) is None
    assert people.admitted(person.name, WORD, "000000" if code != "000000" else "000001") is None
    assert people.admitted(person.name, WORD, code) is not None
    assert people.admitted(person.name, WORD, code) is None
    with house.turn() as db:
        assert secret.encode() not in db.execute(select(account.c.code).where(account.c.id == person.id)).scalar_one()
    people.set_code(person, new := pyotp.random_base32())
    assert people.admitted(person.name, WORD, pyotp.TOTP(new).now()) is not None  # within the same half minute
    people.set_code(person, None)
    assert people.admitted(person.name, WORD) is not None


def test_a_hash_of_another_cost_is_made_anew_at_sign_in(house, somebody):
    person, people = somebody(password=WORD), People(house, Settings())
    old = passwords._hasher(2, 16, 1).hash(WORD)
    with house.turn() as db:
        db.execute(update(account).where(account.c.id == person.id).values(password=old))
    assert people.admitted(person.name, WORD)
    with house.turn() as db:
        assert db.execute(select(account.c.password).where(account.c.id == person.id)).scalar_one() != old
    assert people.admitted(person.name, WORD)


def test_names_and_roles_are_checked_and_the_nearest_named(house, somebody):
    people, person = People(house, Settings()), somebody()
    for name in ("", "a b", "<script>", "x" * 101, "../up", person.name):
        with pytest.raises(KeepError):
            people.add(name, "clinician")
    with pytest.raises(KeepError, match="no role"):
        people.add("somebody.else", "boss")  # type: ignore[arg-type]
    with pytest.raises(KeepError, match=person.name):
        people.named(person.name + "x")


def test_an_administrator_is_always_left(tmp_path, key_file):
    from repletion.practice.database import make

    settings = Settings(database=f"sqlite:///{tmp_path / 'p.sqlite'}", key_file=str(key_file))
    assert make(settings) and not make(settings)
    house = House.open(settings)
    people = People(house, settings)
    only = people.add("only", "admin", password=WORD)
    for change in (people.disable, people.erase, lambda p: people.set_role(p, "person")):
        with pytest.raises(KeepError, match="needs an administrator"):
            change(only)
    people.add("second", "admin", password=WORD)
    people.disable(only)
    assert people.named("only").disabled
    house.close()


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_by_leaving_by_rest_and_by_age(house, somebody):
    clock = Clock()
    sessions = Sessions(house, Settings(session_idle_minutes=30, session_hours=12), clock)
    person = somebody()
    token = sessions.begin(person, "password")
    clock.now += 29 * 60
    assert sessions.of(token).person == person  # type: ignore[union-attr]
    clock.now += 29 * 60
    assert sessions.of(token) is not None
    clock.now += 31 * 60
    assert sessions.of(token) is None
    token = sessions.begin(person, "password")
    for _ in range(24):
        clock.now += 29 * 60
        assert sessions.of(token) is not None
    clock.now += 29 * 60
    assert sessions.of(token) is None  # twelve hours are over
    token = sessions.begin(person, "password")
    sessions.end(sessions.of(token))  # type: ignore[arg-type]
    assert sessions.of(token) is None
    for wrong in ("", "x", token + "x", digest(token)):
        assert sessions.of(wrong) is None


def test_a_table_of_sessions_opens_nothing(house, somebody):
    sessions, person = Sessions(house, Settings()), somebody()
    token = sessions.begin(person, "password")
    with house.turn() as db:
        rows = repr(db.execute(select(session).where(session.c.account == person.id)).all())
    assert token not in rows and digest(token) in rows


def test_a_new_password_a_new_role_and_disabling_end_every_session(house, somebody):
    sessions, people = Sessions(house, Settings()), People(house, Settings())
    for change in (
        lambda p: people.set_password(p, "another violet orbit 7"), lambda p: people.set_role(p, "person"),
        people.disable,
        lambda p: sessions.end_all(p, p.id), people.erase,
    ):  # fmt: skip
        person = somebody()
        token = sessions.begin(person, "password")
        change(person)
        assert sessions.of(token) is None
    person = somebody()
    here, there = sessions.begin(person, "password"), sessions.begin(person, "password")
    assert sessions.end_all(person, person.id, but=here) == 1
    assert sessions.of(here) and not sessions.of(there)
    again = sessions.begin(person, "password", before=here)
    assert sessions.of(again) and not sessions.of(here)


def test_tries_are_counted_for_all_processes_and_named_nowhere(house):
    settings = Settings(login_tries=3, login_tries_address=5, login_minutes=15)
    one, other = Throttle(house, settings), Throttle(house, settings)
    who = f"guessed-{id(house)}"
    assert [one.may_sign_in(who, "192.0.2.7") for _ in range(2)] == [True, True]
    assert [other.may_sign_in(who.upper(), "192.0.2.7") for _ in range(2)] == [True, False]
    assert one.may_sign_in("somebody else", "192.0.2.7")
    assert not one.may_sign_in("a third name", "192.0.2.7")  # that address has tried enough
    one.signed_in(who)
    assert other.may_sign_in(who, "192.0.2.8")
    with house.turn() as db:
        rows = repr(db.execute(select(tried)).all())
    assert who not in rows and "192.0.2" not in rows


def test_a_window_of_tries_ends(house):
    clock = Clock()
    counts = InTheDatabase(house, clock)
    assert [counts.incr("k", 60) for _ in range(3)] == [1, 2, 3] and counts.get("k") == 3
    clock.now += 61
    assert counts.get("k") == 0 and counts.incr("k", 60) == 1
    assert counts.get_expiry("k") == clock.now + 60 and counts.check()
    counts.clear("k")
    assert counts.get("k") == 0


def test_the_audit_says_who_did_what_and_never_what_it_holds(house, somebody, answered):
    me = somebody()
    keeper = PracticeKeeper(house, me, 10)
    kept = keeper.save(*answered, name="Marigold")
    keeper.get(kept)
    keeper.all()
    keeper.all()
    keeper.erase(kept)
    found = lines_of(house, actor=me.id)[::-1]
    acts = [(line.action, line.object) for line in found]
    assert acts == [("entry kept", kept), ("entry read", kept), ("entries listed", ""), ("entry erased", kept)]
    assert {line.owner for line in found} == {me.id}
    assert "Marigold" not in repr(found) and "eyelid" not in repr(found)


def test_reading_what_a_colleague_shares_is_noted_under_its_owner(house, somebody, answered):
    owner, reader = somebody(), somebody()
    kept = PracticeKeeper(house, owner, 10).save(*answered)
    PracticeKeeper(house, owner, 10).share_with(kept, reader)
    PracticeKeeper(house, reader, 10).get(kept)
    (line,) = lines_of(house, actor=reader.id)
    assert (line.action, line.object, line.owner) == ("entry read", kept, owner.id)


def test_an_act_that_failed_leaves_no_line_and_a_line_never_stands_alone(house, somebody, answered, monkeypatch):
    keeper, me = PracticeKeeper(house, somebody(), 10), None
    before = len(lines_of(house, actor=keeper.person.id))

    def broken(*_given: object) -> None:
        raise KeepError("no audit")

    monkeypatch.setattr(audit, "note", broken)
    with pytest.raises(KeepError, match="no audit"):
        keeper.save(*answered)
    monkeypatch.undo()
    assert keeper.all() == () and me is None
    assert len(lines_of(house, actor=keeper.person.id)) == before


@pytest.fixture
def own_house(server, key_file):
    """A database of its own, whose audit may be harmed."""
    from going import settings_of

    from repletion.practice.database import make

    name = server.database(f"harm{id(object())}")
    settings = settings_of(server, key_file, name)
    make(settings)
    house = House.open(settings)
    People(house, settings).add("root", "admin", password=WORD)
    yield house, settings, name
    house.close()


@pytest.mark.parametrize(
    "harm", ["DELETE FROM audit WHERE number = 2", "UPDATE audit SET actor = 'x' WHERE number = 3",
             "UPDATE audit SET object = 'y' WHERE number = 1"],
)  # fmt: skip
def test_a_line_that_was_changed_or_taken_out_shows(own_house, server, harm):
    house, _settings, name = own_house
    for _ in range(4):
        with house.turn() as db:
            audit.note(db, house.vault, "somebody", "entry read", "x")
    with house.turn() as db:
        assert audit.verify(db, house.vault).wrong is None
    server.sql("ALTER TABLE audit DISABLE TRIGGER ALL", harm, database=name)  # as whoever owns the machine
    with house.turn() as db:
        assert audit.verify(db, house.vault).wrong is not None


def test_retention_takes_out_what_is_over_and_the_owner_prunes_the_audit(own_house, answered):
    from msgspec.structs import replace

    from repletion.keeping import Kept

    house, settings, _name = own_house
    me = People(house, settings).add("keeps", "clinician")
    keeper = PracticeKeeper(house, me, 10)
    new = keeper.save(*answered, name="new")
    old = keeper.add(replace(Kept.of(*answered), id="ab" * 8, name="old", saved="2020-01-01T00:00:00.000+00:00"))
    future = keeper.add(replace(Kept.of(*answered), id="cd" * 8, name="future", saved="2999-01-01T00:00:00.000+00:00"))
    assert keeper.get(future).saved < "2999"
    assert upkeep.tidy(house).entries == 0  # nothing is set
    with pytest.raises(KeepError, match="at least 7"):
        upkeep.set_retention(house, {"entries": 3}, me.id)
    upkeep.set_retention(house, {"entries": 365, "audit": 30}, me.id)
    assert upkeep.tidy(house).entries == 1
    assert {line.id for line in keeper.all()} == {new, future} and old not in repr(keeper.all())
    with pytest.raises(KeepError):
        upkeep.tidy(house, with_audit=True, now=4e9)  # the server's role cannot
    owner = House.open(settings, as_owner=True)
    gone = upkeep.tidy(owner, with_audit=True, now=__import__("time").time() + 40 * 86400.0)
    assert gone.audit > 3
    with house.turn() as db:
        assert audit.verify(db, house.vault).wrong is None
        assert audit.lines(db)[0].action == "audit pruned"
    owner.close()


def test_erasing_somebody_takes_everything_but_the_trail(house, somebody, answered):
    me, colleague = somebody(), somebody()
    keeper = PracticeKeeper(house, me, 10)
    kept = keeper.save(*answered)
    keeper.share_with(kept, colleague)
    assert People(house, Settings()).erase(me) == 1
    with house.turn(me.id, everything=True) as db:
        for table in ("subject", "entry", "diary_day", "share"):
            assert db.execute(text(f"SELECT count(*) FROM {table} WHERE owner = '{me.id}'")).scalar_one() == 0
    assert PracticeKeeper(house, colleague, 10).shared() == ()
    assert lines_of(house, most=1)[0].object == me.id


def test_no_line_of_the_audit_can_be_written_over(on_postgres):
    with pytest.raises((KeepError, Exception)), on_postgres.turn() as db:
        db.execute(insert(audit_table).values(number=1, at="", actor="", action="", object="", owner="", mac=""))
