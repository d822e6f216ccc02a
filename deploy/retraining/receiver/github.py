"""Start of the workflow ``retrain.yml`` through GitHub's API."""

import json
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from deploy.retraining.receiver.errors import StartError

_TIMEOUT_S = 30


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: urllib would send the token to the new address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class Workflow:
    """The workflow of a repository.

    https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
    """

    repository: str
    token: str = field(repr=False)
    branch: str
    api: str

    def start(self, family: str) -> str:
        """Start the workflow for a family. Returns a sentence. Raises ``StartError``."""
        path = f"/repos/{self.repository}/actions/workflows/retrain.yml/dispatches"
        request = urllib.request.Request(  # noqa: S310 # the settings allow https alone
            f"{self.api}{path}",
            json.dumps({"ref": self.branch, "inputs": {"family": family}}).encode(),
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "tweet-sentiment",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_S):
                return f"GitHub accepted the workflow of {self.repository}"
        # The text of urllib's HTTPError is the status, without the answer's body.
        except (OSError, HTTPException) as error:
            raise StartError(f"GitHub did not accept the workflow: {error}") from error
