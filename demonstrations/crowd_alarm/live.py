"""A planted burst in real time: stream, Prometheus, Alertmanager and a mail server."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import numpy as np

from demonstrations.crowd_alarm.history import KeepingPrometheus
from demonstrations.crowd_alarm.mentions import TimedMention, Tweets
from demonstrations.crowd_alarm.stream import command, environment
from tests.support.monitoring.configurations import MONITORING, mail_settings, rendered
from tests.support.monitoring.mailbox import Mailbox, content
from tests.support.monitoring.processes import Alertmanager
from tests.support.servers import free_port

# The short window of the rule needs five minutes of usual traffic before the burst.
_BEFORE_S, _LONGEST_S = 360, 900
_SUBJECT = "Burst of negative mentions"


@dataclass(frozen=True)
class Outcome:
    """The mail of the alarm, and the seconds from the first planted complaint to the mail."""

    first: float
    """Seconds since the epoch of the first complaint."""
    seconds: float
    planted: int
    """Complaints that were sent before the mail came."""
    mail: str


def run_burst(tweets: Tweets, folder: Path, source: str | None, seed: int) -> Outcome:
    """Send usual mentions, then a burst, until the mail comes.

    ``folder`` holds the data of a Prometheus with the history. Raises ``TimeoutError`` without a
    mail 15 minutes after the first complaint.
    """
    random = np.random.default_rng(seed)
    port = free_port()
    with (
        Mailbox() as mailbox,
        _monitoring(folder, mailbox.port, port),
        (folder / "stream.log").open("w") as log,
        subprocess.Popen(
            command(folder / "live.scored.jsonl", port),
            stdin=subprocess.PIPE,
            stderr=log,
            env=environment(),
        ) as stream,
    ):
        try:
            _wait_for_start(folder / "stream.log")
            start = time.time()
            first = start + _BEFORE_S
            burst = list(tweets.burst(first, source, random))
            mentions = [*tweets.usual(start, _BEFORE_S + _LONGEST_S, random), *burst]
            mentions.sort(key=lambda mention: mention.time)
            mail, arrived = _send(mentions, stream, mailbox)
        finally:
            stream.terminate()
    planted = sum(mention.time <= arrived for mention in burst)
    text = f"Subject: {mail['Subject']}\n\n{content(mail, 'plain').strip()}"
    return Outcome(first, arrived - first, planted, text)


def _send(
    mentions: list[TimedMention], stream: "subprocess.Popen[bytes]", mailbox: Mailbox
) -> tuple[EmailMessage, float]:
    for number, mention in enumerate(mentions):
        while time.time() < mention.time:
            time.sleep(min(0.2, max(0.0, mention.time - time.time())))
            for mail in mailbox.mails:
                if _SUBJECT in mail["Subject"]:
                    return mail, time.time()
        if stream.stdin:
            stream.stdin.write(mention.line(number).encode())
            stream.stdin.flush()
    raise TimeoutError("no mail came")


@contextmanager
def _monitoring(folder: Path, mail_port: int, stream_port: int) -> Iterator[None]:
    """Prometheus and Alertmanager with the project's configuration and its own intervals."""
    shutil.copytree(MONITORING / "alertmanager", folder / "mail", dirs_exist_ok=True)
    settings = rendered(**mail_settings(mail_port, "https://sentiment.example.org"))
    alertmanager = folder / "mail" / "alertmanager.yaml"
    alertmanager.write_text(settings.stdout)
    shutil.copytree(MONITORING / "prometheus", folder / "configuration", dirs_exist_ok=True)
    with Alertmanager(alertmanager, folder / "alertmanager") as running:
        addresses = {"mentions": [stream_port], "alertmanager": [running.port]}
        for file in (folder / "configuration" / "targets").iterdir():
            targets = [f"127.0.0.1:{port}" for port in addresses.get(file.stem, [])]
            file.write_text(json.dumps([{"targets": targets}]))
        with KeepingPrometheus(folder / "configuration" / "prometheus.yaml", folder):
            yield


def _wait_for_start(log: Path) -> None:
    deadline = time.monotonic() + 120
    while "scores mentions" not in log.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the stream did not start: {log.read_text()}")
        time.sleep(0.2)
