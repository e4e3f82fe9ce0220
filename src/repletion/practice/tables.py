"""The tables.  Every record bears its owner in its key, so that none can hang on a case of somebody else.

The migrations make them (``migrations/``); here they stand for the queries.  Columns named ``record`` and ``line`` are
sealed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

ID = 40
MOMENT = 40

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("shown", String(200), nullable=False),
    Column("email", String(320), unique=True),
    Column("role", String(20), nullable=False),
    Column("password", String(300)),
    Column("issuer", String(500)),
    Column("subject", String(500)),
    Column("code", LargeBinary),  # the sealed secret of one-time codes
    Column("code_step", BigInteger, nullable=False),  # the last one used, so that none is used twice
    Column("since", String(MOMENT), nullable=False),
    Column("disabled", String(MOMENT)),
    Column("must_change", Integer, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),  # the digest of what the browser holds
    Column("account", String(ID), ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("begun", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("how", String(20), nullable=False),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", String(64), primary_key=True),  # the digest of the state of a login at the provider
    Column("until", Float, nullable=False),
    Column("record", LargeBinary, nullable=False),
)

subject = Table(
    "subject",
    metadata,
    Column("owner", String(ID), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("since", String(MOMENT), nullable=False),
    Column("label", String(64), nullable=False),  # a keyed digest of the name, to find it again
    Column("record", LargeBinary, nullable=False),
    UniqueConstraint("owner", "label"),
)

entry = Table(
    "entry",
    metadata,
    Column("owner", String(ID), primary_key=True),
    Column("id", String(ID), primary_key=True),
    Column("subject", String(ID), nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved", String(MOMENT), nullable=False, index=True),
    Column("line", LargeBinary, nullable=False),
    Column("record", LargeBinary, nullable=False),
    ForeignKeyConstraint(("owner", "subject"), ("subject.owner", "subject.id"), ondelete="CASCADE"),
    UniqueConstraint("owner", "subject", "version"),
)

diary_day = Table(
    "diary_day",
    metadata,
    Column("owner", String(ID), primary_key=True),
    Column("entry", String(ID), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    ForeignKeyConstraint(("owner", "entry"), ("entry.owner", "entry.id"), ondelete="CASCADE"),
)

share = Table(
    "share",
    metadata,
    Column("owner", String(ID), primary_key=True),
    Column("subject", String(ID), primary_key=True),
    Column("reader", String(ID), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("since", String(MOMENT), nullable=False),
    ForeignKeyConstraint(("owner", "subject"), ("subject.owner", "subject.id"), ondelete="CASCADE"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # without a gap
    Column("at", String(MOMENT), nullable=False, index=True),
    Column("actor", String(ID), nullable=False, index=True),
    Column("action", String(40), nullable=False),
    Column("object", String(100), nullable=False),
    Column("owner", String(ID), nullable=False),
    Column("mac", String(64), nullable=False),  # over this line and the one before
)

house = Table(
    "house",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("days", Integer, nullable=False),
)

tried = Table(
    "tried",
    metadata,
    Column("id", String(100), primary_key=True),  # a keyed digest of who tried
    Column("times", Integer, nullable=False),
    Column("until", Float, nullable=False),
)

OF_A_PERSON = (subject, entry, diary_day, share)
"""What belongs to somebody, and is walled off in the database too."""

KEPT_IN_A_BACKUP = (house, policy, account, subject, entry, diary_day, share, audit)
"""In an order in which each leans only on those before."""
