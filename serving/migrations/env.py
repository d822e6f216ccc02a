"""Alembic's environment: runs the migrations on the connection that ``migrate`` passes."""

from alembic import context

from serving.feedback.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # MLflow may use the same database, with Alembic's default table.
    version_table="sentiment_alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
