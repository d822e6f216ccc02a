"""The tables of challengers in the feedback database."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    String,
    Table,
)

from serving.feedback.database import metadata

# A challenger's answers to texts that the champion answered, without the texts.
shadow_table = Table(
    "shadow_predictions",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    # The nonce of the champion's prediction id, which the verdict names too.
    Column("prediction", String(32), nullable=False, unique=True),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("model", String(64), nullable=False),
    # The version, the label and the probability of the challenger.
    Column("version", String(64), nullable=False),
    Column("label", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Index("ix_shadow_predictions_recorded_at", "recorded_at"),
)

# The comparison of two versions by the verdicts of their clients.
split_table = Table(
    "splits",
    metadata,
    Column("model", String(64), primary_key=True),
    Column("champion", String(64), primary_key=True),
    Column("challenger", String(64), primary_key=True),
    Column("began_at", DateTime(timezone=True), nullable=False),
    # "worse" or "better": the challenger, by the sequential test. The first decision stays.
    Column("decision", String(8), nullable=True),
    Column("decided_at", DateTime(timezone=True), nullable=True),
)

SUBJECT = "records of challengers"
"""Name of the rows in errors."""
