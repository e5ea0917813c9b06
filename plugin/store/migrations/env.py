"""Run migrations on the connection and the tables that `Store.upgrade` hands over."""

from alembic import context

given = context.config.attributes
# Our own version table: a host that shares the database keeps its own.
context.configure(connection=given["connection"], target_metadata=given["metadata"], version_table="sanhui_alembic")
with context.begin_transaction():
    context.run_migrations()
