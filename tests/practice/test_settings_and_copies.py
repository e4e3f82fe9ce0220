"""Settings, the key, making the database, backup and restore, the commands."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from repletion.cli import app
from repletion.keeping import KeepError
from repletion.practice import copying, vault
from repletion.practice.database import HEAD, House, bring_to_form, form_of, make
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People
from repletion.practice.settings import Settings, SettingsError, read_settings
from repletion.practice.tables import KEPT_IN_A_BACKUP, metadata

WORD = "violet kettle orbit 42"


def test_settings_come_from_the_file_and_the_environment_counts_over_it(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('url = "https://a.example"\nport = 9\n')
    found = read_settings(path, {"REPLETION_PRACTICE_PORT": "10", "REPLETION_PRACTICE_OIDC_SECRET": "s"})
    assert (found.url, found.port, found.oidc_secret, found.hostname) == ("https://a.example", 10, "s", "a.example")
    assert read_settings(None, {"REPLETION_PRACTICE_SETTINGS": str(path)}).port == 9


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('urll = "x"', "Did you mean “url”"), ("port = [1]", "does not fit"), ("not toml", "not TOML"),
        ('url = "http://practice.example"', "https"), ('url = "https://a.example/path"', "without a path"),
        ("session_hours = 0", "at least 1"), ("password_length = 4", "at least 8"),
        ('oidc_issuer = "https://i.example"', "oidc_client"), ('oidc_new_users = "admin"', "does not fit"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(tmp_path, said, why):
    path = tmp_path / "p.toml"
    path.write_text(said)
    with pytest.raises(SettingsError, match=why):
        read_settings(path, {})
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "none.toml", {})


def test_the_key_is_only_its_owners_and_belongs_to_one_database(tmp_path, settings):
    path = tmp_path / "k"
    vault.make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match="cannot be made"):
        vault.make_key_file(path)
    from msgspec.structs import replace

    with pytest.raises(SettingsError, match="does not belong"):
        House.open(replace(settings, key_file=str(path)))
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        House.open(replace(settings, key_file=str(path)))
    path.unlink()
    with pytest.raises(SettingsError, match="There is no key"):
        House.open(replace(settings, key_file=str(path)))
    with pytest.raises(SettingsError, match="base 64"):
        House.open(replace(settings, key="short"))


def test_the_migrations_make_the_tables_that_the_queries_know(on_postgres, on_sqlite):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    for house in (on_postgres, on_sqlite):
        with house.turn(everything=True) as db:
            assert form_of(db) == HEAD
            assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_a_database_that_is_not_made_or_of_another_form_is_not_served(server, key_file):
    from going import settings_of

    settings = settings_of(server, key_file, server.database("empty"))
    with pytest.raises(KeepError, match="repletion practice init"):
        House.open(settings)
    make(settings)
    server.sql("UPDATE alembic_version SET version_num = '9999'", database="empty")
    with pytest.raises(KeepError, match="form 9999"):
        House.open(settings)


def test_a_failed_migration_leaves_nothing(server, key_file, monkeypatch):
    from going import settings_of

    from repletion.practice import database

    settings = settings_of(server, key_file, server.database("halfmade"))

    def breaks(db, form=HEAD):
        bring_to_form(db, form)
        raise KeepError("stopped")

    monkeypatch.setattr(database, "bring_to_form", breaks)
    with pytest.raises(KeepError, match="stopped"):
        make(settings)
    assert server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database="halfmade") == [(0,)]


def test_a_superuser_is_not_served_since_the_walls_would_not_stand(server, settings):
    from msgspec.structs import replace

    with pytest.raises(SettingsError, match="superuser"):
        House.open(replace(settings, database=server.address("owner")))


def test_a_fault_of_the_database_says_nothing_of_what_is_kept(on_postgres):
    with pytest.raises(KeepError) as said, on_postgres.turn() as db:
        db.execute(text("SELECT CAST(:words AS integer)"), {"words": "my eyelid twitches"})
    assert "eyelid" not in str(said.value)
    from msgspec.structs import replace

    with pytest.raises(KeepError, match="cannot be reached"):
        House.open(replace(Settings(), database="postgresql://nobody@/none?host=/nowhere", key=vault.new_key()))


def content(house: House) -> dict[str, list[tuple[object, ...]]]:
    with house.turn(everything=True) as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
            for table in KEPT_IN_A_BACKUP
        }


@pytest.fixture
def filled(server, key_file, answered, request):
    from going import settings_of

    name = server.database(f"copy{abs(hash(request.node.name)) % 10**8}")
    settings = settings_of(server, key_file, name)
    make(settings)
    house = House.open(settings)
    people = People(house, settings)
    people.add("root", "admin", password=WORD)
    one, other = people.add("one", "clinician", password=WORD), people.add("other", "clinician")
    keeper = PracticeKeeper(house, one, 10)
    keeper.share_with(keeper.save(*answered, name="Marigold"), other)
    keeper.save(*answered, name="Marigold")
    yield settings, house, keeper
    house.close()


def test_a_restored_backup_is_equal_by_content(filled, server, key_file):
    from going import settings_of
    from msgspec.structs import replace

    settings, house, keeper = filled
    entries, before = keeper.entries(), content(house)
    path, count = copying.backup(settings, "first")
    assert count == 2 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(
        word in gzip.decompress(path.read_bytes()) for word in (b"Marigold", b"eyelid", b"routine", WORD.encode())
    )
    with pytest.raises(KeepError, match="exists already"):
        copying.backup(settings, "first")
    keeper.erase_everything()
    with pytest.raises(KeepError, match="Say --replace"):
        copying.restore(settings, "first")
    assert copying.restore(settings, "first", replace=True) == 2
    after = content(house)
    assert {**after, "audit": after["audit"][: len(before["audit"])]} == before
    assert keeper.entries() == entries
    elsewhere = replace(settings_of(server, key_file, server.database("elsewhere")), backups=settings.backups)
    assert copying.restore(elsewhere, "first") == 2
    moved = House.open(elsewhere)
    assert PracticeKeeper(moved, keeper.person, 10).entries() == entries
    from repletion.practice import audit

    with moved.turn() as db:
        assert audit.verify(db, moved.vault).wrong is None
    moved.close()


def test_a_backup_that_was_altered_or_cut_off_or_of_another_key_is_refused(filled, tmp_path):
    from msgspec.structs import replace

    settings, house, _keeper = filled
    path, _ = copying.backup(settings, "harmed")
    before, whole = content(house), path.read_bytes()
    plain = gzip.decompress(whole)
    lines = plain.splitlines(keepends=True)
    role = plain.replace(b'"role":"clinician"', b'"role":"admin"', 1)
    for harm in (whole[: len(whole) // 2], gzip.compress(role), gzip.compress(b"".join(lines[:-1])), b"", b"no gzip",
                 gzip.compress(b"".join(lines[:3] + lines[4:])), gzip.compress(b"[]\n"),
                 gzip.compress(b"{}\n" * 3)):  # fmt: skip
        path.write_bytes(harm)
        with pytest.raises(KeepError, match="damaged"):
            copying.restore(settings, "harmed", replace=True)
    path.write_bytes(whole)
    other = tmp_path / "other.key"
    vault.make_key_file(other)
    with pytest.raises(SettingsError, match="does not belong"):
        copying.restore(replace(settings, key_file=str(other)), "harmed", replace=True)
    assert content(house) == before


@pytest.mark.parametrize(
    "name", ["../up", "/etc/passwd", "a/b", "..", ".hidden", "", "a\\..\\b", "a\0b", "x" * 200, "a..b"]
)
def test_a_backup_has_a_name_and_never_a_path(settings, name):
    for act in (copying.backup, copying.restore):
        with pytest.raises(KeepError, match="a name, not a path"):
            act(settings, name)


def test_a_link_in_the_folder_of_backups_leads_nowhere(settings, tmp_path):
    Path(settings.backups).mkdir(exist_ok=True)
    target = tmp_path / "victim"
    target.write_text("stays")
    link = Path(settings.backups) / f"linked{copying.ENDING}"
    link.symlink_to(target)
    with pytest.raises(KeepError, match="leads elsewhere"):
        copying.backup(settings, "linked", replace=True)
    assert target.read_text() == "stays"
    link.unlink()
    with pytest.raises(KeepError, match="There is no backup"):
        copying.restore(settings, "none")


def run(*words: str, typed: str = "", settings: Path) -> str:
    from repletion.errors import RepletionError

    found = CliRunner().invoke(app, ["practice", "--settings", str(settings), *words], input=typed)
    if isinstance(found.exception, RepletionError):
        return f"refused: {found.exception}"
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.output


def test_the_commands_from_nothing_to_a_restored_backup(tmp_path):
    """On SQLite, as somebody who tries it out."""
    place = tmp_path / "practice.toml"
    place.write_text(
        f'database = "sqlite:///{tmp_path}/p.sqlite"\nkey_file = "{tmp_path}/p.key"\nbackups = "{tmp_path}/backups"\n'
    )

    def do(*words: str, typed: str = "") -> str:
        return run(*words, typed=typed, settings=place)

    assert "There is no key" in do("user", "list")
    assert "may sign in" in do("init", "--admin", "root", "--password-from", "-", typed=f"{WORD}\n")
    assert "has the form" in do("init")
    assert stat.S_IMODE((tmp_path / "p.sqlite").stat().st_mode) == 0o600
    assert "would be guessed" in do("user", "add", "a.berg", "--password-from", "-", typed="password1234\n")
    assert "a.berg may sign in" in do("user", "add", "a.berg", "--shown", "A. Berg", "--password-from", "-", typed=WORD)
    assert "Give the password with" in do("user", "add", "b.tal")
    assert [p["name"] for p in json.loads(do("user", "list", "--format", "json"))] == ["a.berg", "root"]
    assert "signs in no more" in do("user", "disable", "a.berg") and "disabled" in do("user", "list")
    assert "may sign in again" in do("user", "enable", "a.berg")
    assert "is person now" in do("user", "role", "a.berg", "person")
    assert "needs an administrator" in do("user", "role", "root", "person")
    assert "Nearest: a.berg" in do("user", "logout", "a.beg") and "Ended 0" in do("user", "logout", "a.berg")
    assert "signs in with the new" in do("user", "password", "a.berg", "--no-codes", "--password-from", "-", typed=WORD)
    assert json.loads(do("user", "export", "a.berg")) == {"schema": "repletion.kept/1", "entries": []}
    assert "entries: 400 days" in do("retention", "--entries", "400") and "Taken out: 0" in do("retention", "--apply")
    assert "Wrote" in do("backup", "one") and "a name, not a path" in do("backup", "../one")
    assert "Erased a.berg" in do("user", "erase", "a.berg", "--yes")
    assert "Restored 0" in do("restore", "one", "--replace") and "a.berg" in do("user", "list")
    assert "is new" in do("new-key") and "a.berg" in do("user", "list")
    assert "does not belong" in do("restore", "one", "--replace")
    assert "all as they were written" in do("audit", "--verify")
    shown = do("audit")
    assert "user added" in shown and "backup restored" in shown and WORD not in shown
    assert json.loads(do("audit", "--format", "json", "--most", "2"))[0]["number"] > 5
