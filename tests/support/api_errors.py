"""The JSON format of the API's errors."""

import httpx


def is_error(response: httpx.Response, status: int) -> bool:
    """Whether an answer is an error of this status in the format of the API."""
    body = response.json()
    return (
        response.status_code == status
        and isinstance(body["error"], str)
        and set(body) <= {"error", "detail"}
        and "Traceback" not in response.text
    )
