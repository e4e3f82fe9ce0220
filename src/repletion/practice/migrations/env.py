"""Run by Alembic: every step on the connection that it was handed, all of them or none."""

from __future__ import annotations

from alembic import context

from repletion.practice.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
