"""Names of environment variables that begin with ``SENTIMENT_``."""

import difflib
import re
from collections.abc import Iterable

_PREFIX = "SENTIMENT_"
# Variables of training and of the stack, which operators set with the settings of the service.
_OTHERS = (
    "ALERT_WEBHOOK",
    "CACHE_DIR",
    "GRAFANA_URL",
    "HOST",
    "IMAGE",
    "PUBLIC_URL",
    "RETRAINING_TOKEN_FILE",
    "RETRAINING_WEBHOOK",
    "RUNBOOK_URL",
    "SIGNING_KEY",
    "SMTP_FROM",
    "SMTP_HOST",
    "SMTP_PASSWORD_FILE",
    "SMTP_PORT",
    "SMTP_REQUIRE_TLS",
    "SMTP_TO",
    "SMTP_USER",
)
# Kubernetes and Docker give a container the addresses of a service named "sentiment".
_SERVICE_LINK = re.compile(
    r"(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?)?)"
)


def refuse_unknown_variables(environment: Iterable[str], settings: Iterable[str]) -> None:
    """Check the names of ``environment`` against the names of ``settings``, without prefix.

    Raises ``ValueError`` if a name begins with ``SENTIMENT_`` and its rest is unknown.
    """
    known = [*(name.upper() for name in settings), *_OTHERS]
    unknown = []
    for variable in environment:
        name = variable.upper()
        if not name.startswith(_PREFIX):
            continue
        name = name.removeprefix(_PREFIX)
        if name in known or _SERVICE_LINK.fullmatch(name):
            continue
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
        unknown.append(
            f"{ascii(variable)[1:-1]} is no setting; the nearest is {_PREFIX}{nearest[0]}"
        )
    if unknown:
        raise ValueError("; ".join(unknown))
