"""The way of the database from every older form to the present one (Alembic)."""
