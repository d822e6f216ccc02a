"""Add the review of labels that a check of the kept texts suspects.

The columns may be null, so that a running earlier version still writes verdicts.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("feedback", sa.Column("suspicion", sa.Float, nullable=True))
    op.add_column("feedback", sa.Column("review", sa.String(8), nullable=True))


def downgrade() -> None:
    op.drop_column("feedback", "review")
    op.drop_column("feedback", "suspicion")
