"""Add the keyed hashes that bound feedback per text and per client.

The columns may be null, so that a running earlier version still writes verdicts.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("feedback", sa.Column("text_hash", sa.String(32), nullable=True))
    op.add_column("feedback", sa.Column("client", sa.String(32), nullable=True))
    op.add_column("feedback", sa.Column("counted", sa.Boolean, nullable=True))
    op.create_index("ix_feedback_text_hash", "feedback", ["text_hash", "recorded_at"])
    op.create_index("ix_feedback_client", "feedback", ["client", "recorded_at"])


def downgrade() -> None:
    op.drop_index("ix_feedback_client", "feedback")
    op.drop_index("ix_feedback_text_hash", "feedback")
    op.drop_column("feedback", "counted")
    op.drop_column("feedback", "client")
    op.drop_column("feedback", "text_hash")
