"""Runs migrations on the connection that infra.database.migrate hands over."""

from alembic import context


def run() -> None:
    """Migrate inside the transaction of the caller, who commits."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=None, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run()
