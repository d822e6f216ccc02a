"""Alembic's entry: runs the migrations on the connection of ``serving.feedback.database``."""

from alembic import context

from serving.feedback.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # MLflow may share the database, and uses Alembic's default name.
    version_table="sentiment_alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
