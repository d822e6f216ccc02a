"""Calls of the feedback store by routes of ``/admin``."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from fastapi import Request

from serving.feedback.failures import report_failure
from serving.feedback.verdicts import FeedbackStoreError
from serving.http.errors import ApiError

Answer = TypeVar("Answer")


async def call_store(
    request: Request, call: Callable[[], Answer], refusal: str, threads: str = "store_threads"
) -> Answer:
    """The store's answer; a 503 with the message ``refusal`` if the store fails.

    ``threads`` names the ``FeedbackThreads`` in the app's state.
    """
    try:
        answer: Answer = await getattr(request.app.state, threads).run(call)
    except FeedbackStoreError as error:
        report_failure(error)
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, refusal) from error
    return answer
