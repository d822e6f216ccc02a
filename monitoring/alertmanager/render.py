"""Write Alertmanager's configuration, made from the environment, to standard output.

``python monitoring/alertmanager/render.py > monitoring/alertmanager/alertmanager.yaml``

Alertmanager expands no environment variables. Standard library only, so that any Python runs it.
The SMTP password stays in its file: only the file's name is written.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent
# Neither may hold what YAML, HTML or Alertmanager's templates would take for their own.
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>{}\\^`|]+")
_MAIL_ADDRESS = re.compile(r"([^<>{}\n]*<)?[^\s<>{}]+@[^\s<>{}]+>?")


class SettingError(Exception):
    """A variable is missing or cannot be used."""


class Settings:
    """Variables of the environment; whatever is wrong with one is said by its name."""

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
            raise SettingError(f"{name} is no http:// or https:// address: {value!r}")
        return value.rstrip("/")

    def mail_addresses(self, name: str) -> str:
        value = self.required(name)
        if not all(_MAIL_ADDRESS.fullmatch(part.strip()) for part in value.split(",")):
            raise SettingError(f"{name} is no mail address: {value!r}")
        return value

    def port(self, name: str, default: str) -> int:
        value = self.optional(name, default)
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise SettingError(f"{name} is no port: {value!r}")
        return int(value)

    def flag(self, name: str, default: str) -> bool:
        value = self.optional(name, default).lower()
        if value not in ("true", "false"):
            raise SettingError(f"{name} is neither true nor false: {value!r}")
        return value == "true"


def render(environment: Mapping[str, str]) -> str:
    """The configuration as YAML, with mail, a webhook or both.

    Raises ``SettingError`` where a variable is missing or cannot be used.
    """
    settings = Settings(environment)
    receivers = []
    if settings.optional("SENTIMENT_SMTP_HOST"):
        receivers.append(_mail(settings))
    if settings.optional("SENTIMENT_ALERT_WEBHOOK"):
        receivers.append(_webhook(settings))
    if not receivers:
        raise SettingError(
            "nobody would hear of an alarm: set SENTIMENT_SMTP_HOST, or SENTIMENT_ALERT_WEBHOOK"
        )
    template = Template((_FOLDER / "alertmanager.template.yaml").read_text("utf-8"))
    return template.substitute(receivers="".join(receivers).rstrip())


def _mail(settings: Settings) -> str:
    name = "SENTIMENT_PUBLIC_URL"
    public_url = settings.web_address(name, settings.required(name))
    # Mail templates see neither the environment nor variables of the configuration. What is
    # defined in a receiver's own text they do see.
    address = f'{{{{ define "sentiment.public_url" }}}}{public_url}{{{{ end }}}}'
    runbook = '{{ define "sentiment.runbook" }}%s{{ end }}'
    page, link = _runbook(settings)
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
        text=address + runbook % page + '{{ template "sentiment.text" . }}',
        html=address + runbook % link + '{{ template "sentiment.html" . }}',
    )


def _runbook(settings: Settings) -> tuple[str, str]:
    """Where an alarm's section of the runbook is, as text and as HTML."""
    name = "SENTIMENT_RUNBOOK_URL"
    if not settings.optional(name):
        path = "{{ .Annotations.runbook_url }}"
        return path, f"<code>{path}</code>"
    page = settings.web_address(name, settings.required(name))
    address = page + '{{ reReplaceAll "^[^#]*" "" .Annotations.runbook_url }}'
    return address, f'<a href="{address}">the runbook</a>'


def _webhook(settings: Settings) -> str:
    name = "SENTIMENT_ALERT_WEBHOOK"
    return _filled("webhook.template.yaml", url=settings.web_address(name, settings.required(name)))


def _filled(template: str, **values: str | bool) -> str:
    # JSON is YAML, quoted in a way that no value breaks out of.
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
