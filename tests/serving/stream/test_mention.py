"""The reading of mentions: reasons for refusal, and times in UTC."""

from datetime import UTC, datetime

import pytest

from serving.stream.mention import Reason, RejectedError, parse_mention


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "json"),
        (b"[]", "json"),
        (b'{"id": "a", "text": "lone \\ud800", "source": "page"}', "json"),
        (b'{"text": "late", "source": "page"}', "id"),
        (b'{"id": 1, "text": "late", "source": "page"}', "id"),
        (b'{"id": "nul \\u0000", "text": "late", "source": "page"}', "id"),
        (b'{"id": "a", "text": "%s", "source": "page"}' % (b"x" * 1001), "text"),
        (b'{"id": "a", "text": "late", "source": "Page"}', "source"),
        (b'{"id": "a", "text": "late"}', "source"),
        (b'{"id": "a", "text": "late", "source": "page", "posted_at": 1700000000}', "time"),
        (
            b'{"id": "a", "text": "late", "source": "page", "posted_at": "2026-01-31T12:00:00"}',
            "time",
        ),
        (
            b'{"id": "a", "text": "x", "source": "page", "posted_at": "0001-01-01T00:00:00+14:00"}',
            "time",
        ),
    ],
)
def test_an_unusable_mention_is_refused_with_its_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises(RejectedError) as refused:
        parse_mention(content, {"page"})
    assert refused.value.reason == reason


def test_a_time_is_in_utc() -> None:
    content = (
        b'{"id": " a ", "text": " late ", "source": "page", "author": "x",'
        b' "posted_at": "2026-01-31T12:00:00+01:00"}'
    )
    mention = parse_mention(content, {"page"})
    assert mention.posted_at == datetime(2026, 1, 31, 11, tzinfo=UTC)
    assert (mention.id, mention.text) == ("a", "late")
    assert "author" not in mention.model_dump()
