"""The database: opening it, one turn at a time in the name of somebody, and bringing it to the present form.

On PostgreSQL every turn says in whose name it runs, and the rules of the rows (``migrations``) hold even where a query
forgot to ask for the owner.  SQLite serves for trying out and has no such rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from repletion.keeping import KeepError, place
from repletion.practice import vault as keys
from repletion.practice.settings import Settings, SettingsError
from repletion.practice.tables import house
from repletion.practice.vault import Vault

HEAD = "0001"
"""The present form."""

DATA_KEY = "data key"
_SQLITE = ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON", "secure_delete = ON")
_POSTGRES = (
    "-c synchronous_commit=on -c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
)


def connect(address: str) -> Engine:
    """An engine for ``postgresql+psycopg://`` or ``sqlite:///``.  Raises :class:`SettingsError`."""
    if address.startswith(("postgres://", "postgresql://")):
        address = "postgresql+psycopg://" + address.partition("://")[2]
    if not address.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise SettingsError(
            "database is postgresql+psycopg://ROLE@/NAME?host=FOLDER, or sqlite:///FILE for trying out."
        )
    arguments: dict[str, Any] = {"connect_timeout": 10, "options": _POSTGRES, "application_name": "repletion"}
    is_file = address.startswith("sqlite")
    if is_file:
        arguments = {"timeout": 10, "check_same_thread": False, "isolation_level": None}
    # Values never stand in an error: they may be health data.
    engine = create_engine(
        address, hide_parameters=True, pool_pre_ping=not is_file, connect_args=arguments, poolclass=QueuePool,
        pool_size=8, max_overflow=8,
    )  # fmt: skip
    if is_file:
        file = Path(address.removeprefix("sqlite:///"))
        if file.exists():
            place.narrow(file)
        else:
            place.make_file(file)
        _as_one_writer(engine)
    return engine


def _as_one_writer(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: object) -> None:
        for setting in _SQLITE:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class House:
    """The open database of a practice with its key."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.engine = engine
        self.vault = vault

    @classmethod
    def open(cls, settings: Settings, *, as_owner: bool = False) -> House:
        """Connect, and check form and key.

        Raises :class:`SettingsError` or :class:`repletion.keeping.KeepError`: not reachable, not made yet, of another
        form, another key.
        """
        master = keys.master_key(settings)
        engine = connect((as_owner and settings.owner_database) or settings.database)
        try:
            with said_plainly(), engine.begin() as db:
                form = form_of(db)
                if form != HEAD:
                    raise KeepError(
                        "The database is not made yet. Make it: repletion practice init" if form is None else
                        f"The database has form {form}, this version wants {HEAD}. Run: repletion practice init"
                    )  # fmt: skip
                if not as_owner and _passes_walls(db):
                    raise SettingsError(
                        "The database role of the server is a superuser (or bypasses row security), so the database "
                        "would not hold users apart. Give it a role of its own (setting database; docs/practice.md)."
                    )
                wrapped = db.execute(select(house.c.value).where(house.c.name == DATA_KEY)).scalar_one_or_none()
            if wrapped is None:
                raise KeepError("The database holds no key. Run: repletion practice init")
            return cls(engine, Vault(keys.unwrap(master, wrapped)))
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def turn(self, who: str = "", *, everything: bool = False) -> Iterator[Connection]:
        """One transaction in the name of ``who`` (an account's id): all of it is on the disk afterwards, or nothing.

        ``everything``: over the records of all, for the upkeep (retention, backup, erasing a user).
        """
        with said_plainly(), self.engine.begin() as db:
            in_the_name_of(db, who, everything=everything)
            yield db

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def in_the_name_of(db: Connection, who: str, *, everything: bool = False) -> None:
    """Tell the database for whom this transaction runs."""
    if db.dialect.name == "postgresql":
        db.execute(
            text("SELECT set_config('repletion.user', :who, true), set_config('repletion.house', :all, true)"),
            {"who": who, "all": "on" if everything else "off"},
        )


def form_of(db: Connection) -> str | None:
    """The form of the database; ``None`` where nothing is made yet."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(db).get_current_revision()


def _passes_walls(db: Connection) -> bool:
    if db.dialect.name != "postgresql":
        return False
    asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return bool(db.execute(text(asked)).scalar_one())


def bring_to_form(db: Connection, form: str = HEAD) -> None:
    """Run every migration up to ``form`` on an open transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "repletion.practice:migrations")
    config.attributes["connection"] = db
    command.upgrade(config, form)


def make(settings: Settings) -> bool:
    """Make the database or bring it to the present form, all of it or nothing; whether it was new.

    Gives the server's role what it needs and no more.  Raises :class:`SettingsError` and
    :class:`repletion.keeping.KeepError`.
    """
    import os

    master = keys.master_key(settings)
    engine = connect(settings.owner_database or settings.database)
    try:
        with said_plainly(), engine.begin() as db:
            if db.dialect.name == "postgresql":
                db.execute(text("SELECT pg_advisory_xact_lock(5246)"))  # one at a time
            in_the_name_of(db, "", everything=True)
            bring_to_form(db)
            wrapped = db.execute(select(house.c.value).where(house.c.name == DATA_KEY)).scalar_one_or_none()
            if wrapped is None:
                fresh = keys.wrap(master, os.urandom(keys.BYTES))
                db.execute(insert(house).values(name=DATA_KEY, value=fresh))
            else:
                keys.unwrap(master, wrapped)
            role = settings.app_role or (engine_role(settings.database) if settings.owner_database else "")
            if role and db.dialect.name == "postgresql":
                grant(db, role)
        return wrapped is None
    finally:
        engine.dispose()


def change_master_key(settings: Settings, new: bytes) -> None:
    """Wrap the data key under another master key; the records stay as they are."""
    opened = House.open(settings, as_owner=True)
    with opened.turn(everything=True) as db:
        wrapped = db.execute(select(house.c.value).where(house.c.name == DATA_KEY)).scalar_one()
        again = keys.wrap(new, keys.unwrap(keys.master_key(settings), wrapped))
        db.execute(update(house).where(house.c.name == DATA_KEY).values(value=again))
    opened.close()


def engine_role(address: str) -> str:
    """The role that an address connects as."""
    from sqlalchemy import make_url

    return make_url(address).username or ""


def grant(db: Connection, role: str) -> None:
    """What the role of the server may do: everything it needs; in the audit trail only add and read."""
    quoted = db.dialect.identifier_preparer.quote_identifier(role)
    everyday = "account, session, waiting, subject, entry, diary_day, share, policy, tried"
    db.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    db.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everyday} TO {quoted}"))
    db.execute(text(f"GRANT SELECT, INSERT ON audit TO {quoted}"))
    db.execute(text(f"GRANT SELECT ON house, alembic_version TO {quoted}"))


@contextmanager
def said_plainly() -> Iterator[None]:
    """Faults of the database in words that hold nothing of what is kept."""
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as error:
        if "no such table" in str(error.orig):
            raise KeepError("The database is not made yet. Make it: repletion practice init") from None
        raise KeepError(
            "The database cannot be reached or did not take it. Nothing was confirmed; try again in a moment."
        ) from None
    except DBAPIError as error:
        kind = type(error.orig).__name__
        if kind == "InsufficientPrivilege":
            raise KeepError("The database does not allow this to the server's role.") from None
        raise KeepError(f"The database refused ({kind}). Nothing was changed.") from None
    except SQLAlchemyError as error:
        raise KeepError(f"The database did not answer ({type(error).__name__}). Nothing was confirmed.") from None
