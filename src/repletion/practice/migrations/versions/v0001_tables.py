"""The first form: accounts, sessions, cases with their owners, the audit trail, and the walls between owners."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OWNER = "current_setting('repletion.user', true)"
_HOUSE = "current_setting('repletion.house', true) = 'on'"
_SHARED = f"""
    EXISTS (SELECT 1 FROM share WHERE share.owner = {{table}}.owner AND share.subject = {{subject}}
            AND share.reader = {_OWNER})
"""  # noqa: S608 - our own names


def _whose() -> Column[str]:
    return Column("owner", String(40), primary_key=True)


def upgrade() -> None:
    """Make every table, and on PostgreSQL the rules of its rows."""
    op.create_table(
        "account",
        Column("id", String(40), primary_key=True),
        Column("name", String(100), nullable=False, unique=True),
        Column("shown", String(200), nullable=False),
        Column("email", String(320), unique=True),
        Column("role", String(20), nullable=False),
        Column("password", String(300)),
        Column("issuer", String(500)),
        Column("subject", String(500)),
        Column("code", LargeBinary),
        Column("code_step", BigInteger, nullable=False),
        Column("since", String(40), nullable=False),
        Column("disabled", String(40)),
        Column("must_change", Integer, nullable=False),
        UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "session",
        Column("id", String(64), primary_key=True),
        Column("account", String(40), ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("begun", Float, nullable=False),
        Column("seen", Float, nullable=False),
        Column("how", String(20), nullable=False),
    )
    op.create_table(
        "waiting",
        Column("id", String(64), primary_key=True),
        Column("until", Float, nullable=False),
        Column("record", LargeBinary, nullable=False),
    )
    op.create_table(
        "subject",
        Column("owner", String(40), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
        Column("id", String(40), primary_key=True),
        Column("since", String(40), nullable=False),
        Column("label", String(64), nullable=False),
        Column("record", LargeBinary, nullable=False),
        UniqueConstraint("owner", "label"),
    )
    op.create_table(
        "entry",
        _whose(),
        Column("id", String(40), primary_key=True),
        Column("subject", String(40), nullable=False),
        Column("version", Integer, nullable=False),
        Column("saved", String(40), nullable=False, index=True),
        Column("line", LargeBinary, nullable=False),
        Column("record", LargeBinary, nullable=False),
        ForeignKeyConstraint(("owner", "subject"), ("subject.owner", "subject.id"), ondelete="CASCADE"),
        UniqueConstraint("owner", "subject", "version"),
    )
    op.create_table(
        "diary_day",
        _whose(),
        Column("entry", String(40), primary_key=True),
        Column("place", Integer, primary_key=True),
        Column("record", LargeBinary, nullable=False),
        ForeignKeyConstraint(("owner", "entry"), ("entry.owner", "entry.id"), ondelete="CASCADE"),
    )
    op.create_table(
        "share",
        _whose(),
        Column("subject", String(40), primary_key=True),
        Column("reader", String(40), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
        Column("since", String(40), nullable=False),
        ForeignKeyConstraint(("owner", "subject"), ("subject.owner", "subject.id"), ondelete="CASCADE"),
    )
    op.create_table(
        "audit",
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("at", String(40), nullable=False, index=True),
        Column("actor", String(40), nullable=False, index=True),
        Column("action", String(40), nullable=False),
        Column("object", String(100), nullable=False),
        Column("owner", String(40), nullable=False),
        Column("mac", String(64), nullable=False),
    )
    op.create_table("house", Column("name", String(40), primary_key=True), Column("value", LargeBinary, nullable=False))
    op.create_table("policy", Column("name", String(40), primary_key=True), Column("days", Integer, nullable=False))
    op.create_table(
        "tried",
        Column("id", String(100), primary_key=True),
        Column("times", Integer, nullable=False),
        Column("until", Float, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _walls()
    else:
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit"
                " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )


def _walls() -> None:
    """Rows of a person are seen by that person; those of a case also by whom it is shared with; the audit stays."""
    for table, subject in (("subject", "subject.id"), ("entry", "entry.subject"), ("diary_day", ""), ("share", "")):
        shared = _SHARED.format(table=table, subject=subject)
        if table == "diary_day":  # what its entry lets be seen
            shared = "EXISTS (SELECT 1 FROM entry WHERE entry.owner = diary_day.owner AND entry.id = diary_day.entry)"
        if table == "share":
            shared = f"reader = {_OWNER}"
        mine = f"owner = {_OWNER} OR {_HOUSE}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({mine}) WITH CHECK ({mine})")
        op.execute(f"CREATE POLICY {table}_shared ON {table} FOR SELECT USING ({shared})")
    op.execute("""
        CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('repletion.prune', true) = 'on' THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'the audit trail is append-only';
        END $$
    """)
    op.execute("CREATE TRIGGER audit_row BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()")
    op.execute("CREATE TRIGGER audit_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()")
