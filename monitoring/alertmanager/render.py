"""Write Alertmanager's configuration to standard output, filled in from environment variables.

``python monitoring/alertmanager/render.py > monitoring/alertmanager/alertmanager.yaml``

Alertmanager itself expands no environment variables. The script uses the standard library only: any
Python runs it. The configuration holds the names of the files with secrets, never a secret.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent
# The patterns exclude characters with a meaning in YAML, HTML or Alertmanager's templates.
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>{}\\^`|]+")
_CROWD_DASHBOARD = "Sentiment: mentions"
_MAIL_ADDRESS = re.compile(r"([^<>{}\n]*<)?[^\s<>{}]+@[^\s<>{}]+>?")


class SettingError(Exception):
    """An environment variable is missing or invalid."""


class Settings:
    """Environment variables, validated. Errors name the variable."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def optional(self, name: str, default: str = "") -> str:
        return self._environment.get(name, "").strip() or default

    def required(self, name: str) -> str:
        value = self.optional(name)
        if not value:
            raise SettingError(f"{name} is not set")
        return value

    def web_address(self, name: str, value: str) -> str:
        if not _WEB_ADDRESS.fullmatch(value):
            raise SettingError(f"{name} is not an http:// or https:// address: {value!r}")
        return value.rstrip("/")

    def mail_addresses(self, name: str) -> str:
        value = self.required(name)
        if not all(_MAIL_ADDRESS.fullmatch(part.strip()) for part in value.split(",")):
            raise SettingError(f"{name} is not a mail address: {value!r}")
        return value

    def port(self, name: str, default: str) -> int:
        value = self.optional(name, default)
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise SettingError(f"{name} is not a port: {value!r}")
        return int(value)

    def flag(self, name: str, default: str) -> bool:
        value = self.optional(name, default).lower()
        if value not in ("true", "false"):
            raise SettingError(f"{name} is neither true nor false: {value!r}")
        return value == "true"


def render(environment: Mapping[str, str]) -> str:
    """The configuration as YAML, with a mail receiver, a webhook receiver or both.

    ``SENTIMENT_RETRAINING_WEBHOOK`` adds the receiver that starts a retraining.
    Raises ``SettingError`` if a variable is missing or invalid.
    """
    settings = Settings(environment)
    receivers = []
    if settings.optional("SENTIMENT_SMTP_HOST"):
        receivers.append(_mail(settings))
    if settings.optional("SENTIMENT_ALERT_WEBHOOK"):
        receivers.append(_webhook(settings))
    if not receivers:
        raise SettingError(
            "alerts would have no receiver: set SENTIMENT_SMTP_HOST or SENTIMENT_ALERT_WEBHOOK"
        )
    template = Template((_FOLDER / "alertmanager.template.yaml").read_text("utf-8"))
    filled = template.substitute(
        receivers="".join(receivers).rstrip(),
        retraining_route=_retraining_route(settings),
        retraining_receiver=_retraining_receiver(settings),
    )
    return filled.rstrip() + "\n"


def _mail(settings: Settings) -> str:
    name = "SENTIMENT_PUBLIC_URL"
    public_url = settings.web_address(name, settings.required(name))
    # Mail templates cannot read environment variables. They can use templates that the receiver's
    # text defines.
    address = f'{{{{ define "sentiment.public_url" }}}}{public_url}{{{{ end }}}}'
    runbook = '{{ define "sentiment.runbook" }}%s{{ end }}'
    page, link = _runbook(settings)
    dashboard = '{{ define "sentiment.crowd_dashboard" }}%s{{ end }}'
    board, board_link = _crowd_dashboard(settings)
    host = settings.required("SENTIMENT_SMTP_HOST")
    port = settings.port("SENTIMENT_SMTP_PORT", "587")
    user = settings.optional("SENTIMENT_SMTP_USER")
    return _filled(
        "mail.template.yaml",
        smarthost=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        require_tls=settings.flag("SENTIMENT_SMTP_REQUIRE_TLS", "true"),
        user=user,
        password_file=settings.required("SENTIMENT_SMTP_PASSWORD_FILE") if user else "",
        sender=settings.mail_addresses("SENTIMENT_SMTP_FROM"),
        recipients=settings.mail_addresses("SENTIMENT_SMTP_TO"),
        text=address + runbook % page + dashboard % board + '{{ template "sentiment.text" . }}',
        html=address
        + runbook % link
        + dashboard % board_link
        + '{{ template "sentiment.html" . }}',
    )


def _runbook(settings: Settings) -> tuple[str, str]:
    """Templates of the link to an alert's section of the runbook, as text and as HTML."""
    name = "SENTIMENT_RUNBOOK_URL"
    if not settings.optional(name):
        path = "{{ .Annotations.runbook_url }}"
        return path, f"<code>{path}</code>"
    page = settings.web_address(name, settings.required(name))
    address = page + '{{ reReplaceAll "^[^#]*" "" .Annotations.runbook_url }}'
    return address, f'<a href="{address}">the runbook</a>'


def _crowd_dashboard(settings: Settings) -> tuple[str, str]:
    """Templates of the link to the dashboard of mentions, as text and as HTML."""
    name = "SENTIMENT_GRAFANA_URL"
    if not settings.optional(name):
        return (f"{_CROWD_DASHBOARD} in Grafana",) * 2
    page = settings.web_address(name, settings.required(name))
    # From three hours before the alert. Add takes nanoseconds.
    start = "{{ (.StartsAt.UTC.Add -10800000000000).UnixMilli }}"
    address = f"{page}/d/tweet-sentiment-mentions?from={start}&to=now"
    return address, f'<a href="{address.replace("&", "&amp;")}">{_CROWD_DASHBOARD}</a>'


def _webhook(settings: Settings) -> str:
    name = "SENTIMENT_ALERT_WEBHOOK"
    return _filled("webhook.template.yaml", url=settings.web_address(name, settings.required(name)))


def _retraining_route(settings: Settings) -> str:
    if not settings.optional("SENTIMENT_RETRAINING_WEBHOOK"):
        return ""
    return _filled("retraining_route.template.yaml")


def _retraining_receiver(settings: Settings) -> str:
    name = "SENTIMENT_RETRAINING_WEBHOOK"
    if not settings.optional(name):
        return ""
    return _filled(
        "retraining_receiver.template.yaml",
        url=settings.web_address(name, settings.required(name)),
        token_file=settings.required("SENTIMENT_RETRAINING_TOKEN_FILE"),
    )


def _filled(template: str, **values: str | bool) -> str:
    # A JSON string is a valid YAML string, and its quoting covers every value.
    quoted = {name: json.dumps(value) for name, value in values.items()}
    return Template((_FOLDER / template).read_text("utf-8")).substitute(quoted)


def main() -> int:
    try:
        configuration = render(os.environ)
    except SettingError as error:
        sys.stderr.write(f"{Path(__file__).name}: {error}\n")
        return 2
    sys.stdout.write(configuration)
    return 0


if __name__ == "__main__":
    sys.exit(main())
