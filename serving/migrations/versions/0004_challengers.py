"""Create the tables of challengers: predictions in the shadow, and splits of the clients."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "shadow_predictions",
        # SQLite numbers rows of the type INTEGER alone.
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("prediction", sa.String(32), nullable=False, unique=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
    )
    op.create_index("ix_shadow_predictions_recorded_at", "shadow_predictions", ["recorded_at"])
    op.create_table(
        "splits",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("champion", sa.String(64), primary_key=True),
        sa.Column("challenger", sa.String(64), primary_key=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(8), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("splits")
    op.drop_table("shadow_predictions")
