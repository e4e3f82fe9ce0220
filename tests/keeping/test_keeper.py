"""The file of kept cases: what is saved is there, what is erased is gone, what is locked cannot be read."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from repletion.keeping import Keeper, KeepError, lock
from repletion.keeping.copying import restore
from repletion.keeping.days import by_day
from repletion.keeping.tables import APPLICATION, MIGRATIONS, VERSION
from repletion.report.wording import say

from .conftest import DIARY

WORD = "correct horse battery"


def test_a_case_comes_back_as_it_was_with_its_answer_versions_and_days(tmp_path, answered):
    case, answer = answered
    with Keeper.open(tmp_path / "k.sqlite", create=True) as keeper:
        first = keeper.save(case, answer, name="me")
        second = keeper.save(case, answer, name="me")
    with Keeper.open(tmp_path / "k.sqlite") as keeper:
        kept = keeper.get(first)
        assert kept.as_case() == case
        assert kept.as_answer() == answer
        assert set(kept.versions) == {"software", "knowledge", "foods"} and all(kept.versions.values())
        assert list(kept.diary) == ["Day 1", "Day 2"]
        assert "\n".join(kept.diary.values()) == DIARY
        assert [(line.id, line.version) for line in keeper.all()] == [(first, 1), (second, 2)]
        assert keeper.all()[0].urgency == answer.triage.urgency
        assert keeper.get(second[:6]).id == second
        with pytest.raises(KeepError, match="No entry"):
            keeper.get("zz")


def test_nothing_is_made_until_asked_and_only_the_owner_can_read_it(tmp_path):
    path = tmp_path / "folder" / "k.sqlite"
    with pytest.raises(KeepError, match="Nothing is kept"):
        Keeper.open(path)
    assert not path.parent.exists()
    Keeper.open(path, create=True).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    Keeper.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["k.sqlite"]


def test_a_locked_file_says_nothing_readable(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    with Keeper.open(path, WORD, create=True) as keeper:
        assert keeper.locked
        entry = keeper.save(*answered, name="Marigold")
    data = path.read_bytes()
    for word in (b"Marigold", b"eyelid", b"coffee", b"banana", b"twitch", b"software", WORD.encode()):
        assert word not in data
    assert entry.encode() in data  # an id is not hidden
    for wrong in ("correct horse batterx", "", "x" * 200):
        with pytest.raises(KeepError) as said:
            Keeper.open(path, wrong)
        assert str(said.value) == say("keeping.wrong_passphrase")
    with pytest.raises(KeepError, match="locked"):
        Keeper.open(path)
    assert Keeper.open(path, WORD).get(entry).name == "Marigold"


def test_the_passphrase_changes_comes_and_goes(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    with Keeper.open(path, create=True) as keeper:
        entry = keeper.save(*answered)
        before = keeper.get(entry)
        with pytest.raises(KeepError, match="at least 8"):
            keeper.change_passphrase("short")
        keeper.change_passphrase(WORD)
        assert keeper.get(entry) == before
    assert b"eyelid" not in path.read_bytes()
    with Keeper.open(path, WORD) as keeper:
        keeper.change_passphrase("another passphrase")
    with pytest.raises(KeepError):
        Keeper.open(path, WORD)
    with Keeper.open(path, "another passphrase") as keeper:
        assert keeper.get(entry) == before
        keeper.change_passphrase(None)
    with Keeper.open(path) as keeper:
        assert keeper.get(entry) == before
    with pytest.raises(KeepError, match="not locked"):
        Keeper.open(path, WORD)


def test_a_short_passphrase_makes_no_half_made_file(tmp_path):
    with pytest.raises(KeepError, match="at least 8"):
        Keeper.open(tmp_path / "k.sqlite", "short", create=True)
    with pytest.raises(KeepError, match="empty"):
        Keeper.open(tmp_path / "k.sqlite")


def test_a_record_that_was_moved_or_altered_does_not_open(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    with Keeper.open(path, WORD, create=True) as keeper:
        first, second = keeper.save(*answered), keeper.save(*answered)
    with sqlite3.connect(path) as db:
        (record,) = db.execute("SELECT record FROM entry WHERE id = ?", (first,)).fetchone()
        db.execute("UPDATE entry SET record = ? WHERE id = ?", (record, second))
    db.close()
    with Keeper.open(path, WORD) as keeper, pytest.raises(KeepError, match="damaged"):
        keeper.get(second)


def test_the_full_cost_of_the_derivation_and_a_file_that_asks_for_too_much(monkeypatch):
    monkeypatch.undo()
    assert lock.COST["n"] == 2**17
    wrapped = lock.wrap(b"k" * 32, WORD)
    assert lock.unwrap(wrapped, WORD) == b"k" * 32
    assert lock.wrap(b"k" * 32, WORD) != wrapped
    with pytest.raises(KeepError, match="damaged"):
        lock.unwrap(wrapped.replace(b"131072", b"1073741824"), WORD)


def test_what_is_erased_is_overwritten_and_the_rest_stays(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    with Keeper.open(path, WORD, create=True) as keeper:
        gone, stays = keeper.save(*answered, name="one"), keeper.save(*answered, name="two")
        (record,) = keeper._db.execute("SELECT record FROM entry WHERE id = ?", (gone,)).fetchone()
        probe = record[2000:2040]
        assert probe in path.read_bytes()
        keeper.erase(gone)
        assert probe not in path.read_bytes() and gone.encode() not in path.read_bytes()
        assert [line.id for line in keeper.all()] == [stays]
        assert keeper._db.execute("SELECT count(*) FROM subject").fetchone() == (1,)
        keeper.erase_everything()
    assert not path.exists()


def test_an_older_file_is_brought_to_the_present_form(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    with sqlite3.connect(path) as db:
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        seal = lock.Seal(None)
        db.execute("INSERT INTO subject VALUES ('s1', '2026', ?)", (seal.close({"name": "old"}, "subject|s1"),))
        body = {"versions": {"software": "0.1"}, "answer": {"triage": {"urgency": "routine"}}, "case": {}}
        record = seal.close(body, "entry|e1|s1|1|2026")
        db.execute("INSERT INTO entry VALUES ('e1', 's1', 1, '2026', ?)", (record,))
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    with Keeper.open(path) as keeper:
        assert keeper.get("e1").name == "old"
        assert keeper.get("e1").diary == {}
        assert keeper._db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        keeper.save(*answered, name="old")
        assert [line.version for line in keeper.all()] == [1, 2]
        with pytest.raises(KeepError, match=r"0\.1"):
            keeper.get("e1").as_answer()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda db: db.execute("PRAGMA user_version = 99"), "newer version"),
        (lambda db: db.execute("PRAGMA application_id = 7"), "another program"),
    ],
)
def test_a_file_that_is_not_for_us_is_refused_and_left_alone(tmp_path, harm, said):
    path = tmp_path / "k.sqlite"
    Keeper.open(path, create=True).close()
    with sqlite3.connect(path) as db:
        harm(db)
    db.close()
    before = path.read_bytes()
    with pytest.raises(KeepError, match=said):
        Keeper.open(path, create=True)
    assert path.read_bytes() == before


def test_a_damaged_file_is_noticed_and_a_backup_brings_it_back(tmp_path, answered):
    path, copy = tmp_path / "k.sqlite", tmp_path / "copy.sqlite"
    with Keeper.open(path, WORD, create=True) as keeper:
        for _ in range(3):
            keeper.save(*answered)
        entries = keeper.entries()
        keeper.backup(copy)
        with pytest.raises(KeepError, match="exists already"):
            keeper.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    data = bytearray(path.read_bytes())
    data[4096:12288] = b"\x55" * 8192
    path.write_bytes(bytes(data))
    with pytest.raises(KeepError, match="damaged"):
        Keeper.open(path, WORD)
    with pytest.raises(KeepError, match=r"damaged|not a file"):
        restore(path, tmp_path / "other.sqlite")
    assert not (tmp_path / "other.sqlite").exists()
    with pytest.raises(KeepError, match="exists already"):
        restore(copy, path)
    assert restore(copy, path, replace=True) == 3
    with Keeper.open(path, WORD) as keeper:
        assert keeper.entries() == entries
        keeper.move(tmp_path / "elsewhere.sqlite")
    assert not path.exists()
    with Keeper.open(tmp_path / "elsewhere.sqlite", WORD) as keeper:
        assert keeper.entries() == entries


def test_no_database_at_all(tmp_path):
    path = tmp_path / "k.sqlite"
    path.write_bytes(b"not a database, but long enough to be read as one" * 30)
    with pytest.raises(KeepError, match="not a file of kept cases"):
        Keeper.open(path, create=True)
    with pytest.raises(KeepError, match="not a file"):
        Keeper.open(tmp_path)


def test_threads_share_one_keeper_and_processes_take_turns(tmp_path, answered):
    path = tmp_path / "k.sqlite"
    one, other = Keeper.open(path, create=True), Keeper.open(path)
    ids: list[str] = []

    def work(keeper: Keeper) -> None:
        for _ in range(3):
            ids.append(keeper.save(*answered, name="me"))
            keeper.all()

    threads = [threading.Thread(target=work, args=(keeper,)) for keeper in (one, one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 9
    assert sorted(line.version for line in one.all()) == list(range(1, 10))
    one.close()
    other.close()


def test_a_busy_file_and_a_full_disk_are_said_plainly(tmp_path, answered, monkeypatch):
    monkeypatch.setattr("repletion.keeping.keeper._WAIT_SECONDS", 0.05)
    path = tmp_path / "k.sqlite"
    keeper = Keeper.open(path, create=True)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(KeepError, match="Another program"):
        keeper.save(*answered)
    other.execute("ROLLBACK")
    other.close()
    keeper._db.execute("PRAGMA max_page_count = 10")
    with pytest.raises(KeepError, match="disk did not take it"):
        keeper.save(*answered)
    assert keeper.all() == ()
    keeper.close()


@pytest.mark.parametrize(
    "text", ["", "toast", DIARY, "food,amount\ntoast,1 slice\n", "Day 1\ntoast\nDay 2\negg\nDay 1\ntea", "?\n\n#\n"]
)
def test_a_diary_cut_into_days_is_the_diary_again(text):
    assert "\n".join(by_day(text).values()) == (text if text.strip() else "")


def test_the_usual_place_is_a_folder_of_the_person(monkeypatch, tmp_path):
    from repletion.keeping import usual_place

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Path.home() in usual_place().parents or tmp_path in usual_place().parents
    assert list(tmp_path.iterdir()) == []
