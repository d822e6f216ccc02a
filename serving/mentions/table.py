"""The table of scored mentions in the feedback database. No tweet is stored."""

from sqlalchemy import Column, DateTime, Float, Index, String, Table, Text

from serving.feedback.database import metadata

LONGEST_ID = 128

mention_table = Table(
    "mentions",
    metadata,
    # The idempotent key: a mention that arrives twice is stored once.
    Column("id", String(LONGEST_ID), primary_key=True),
    Column("source", String(32), nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    Column("scored_at", DateTime(timezone=True), nullable=False),
    Column("label", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    # Null: the answer is confident.
    Column("doubt", String(16), nullable=True),
    Column("model", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    # Keyed hash: equal texts have equal keys.
    Column("text_key", String(32), nullable=False),
    # Distinct content words, sorted and separated by spaces.
    Column("words", Text, nullable=False),
    Index("ix_mentions_posted_at", "posted_at"),
    Index("ix_mentions_scored_at", "scored_at"),
    Index("ix_mentions_source", "source", "posted_at"),
)

# Ids of erased mentions as SHA-256: the broker may deliver an erased mention again.
erased_table = Table(
    "erased_mentions",
    metadata,
    Column("id_digest", String(64), primary_key=True),
    Column("erased_at", DateTime(timezone=True), nullable=False),
)
