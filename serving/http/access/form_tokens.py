"""Tokens of the forms in the report, against forged requests from pages of other sites (CSRF)."""

import hashlib
import hmac


class FormTokens:
    """Tokens that only the holder of the admin key can read or make.

    A browser sends the key of HTTP Basic with every request, also with a form that another site
    submits. The other site cannot know the token of a feedback id.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def token(self, feedback_id: str) -> str:
        return hmac.new(self._key, f"review {feedback_id}".encode(), hashlib.sha256).hexdigest()

    def is_valid(self, token: str, feedback_id: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token(feedback_id).encode())
