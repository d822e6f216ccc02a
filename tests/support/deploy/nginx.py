"""nginx on loopback with the configuration of deploy/nginx."""

import os
import re
import shutil
import signal
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.deploy.compose import DEPLOY, HOST
from tests.support.servers import free_port

_PATIENCE_S = 30.0
PORTS = ("8080", "8443", "5000", "9090", "9093", "3001")


def nginx_program() -> str:
    # Debian installs nginx in /usr/sbin, which is in root's path alone.
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        raise RuntimeError("nginx is not installed: run make debian")
    return found


@dataclass
class Nginx:
    """An nginx process, from start to stop.

    ``upstreams`` maps addresses in compose.yaml to addresses on loopback. ``groups`` maps names of
    nginx's upstream groups to the addresses of replicas. ``ports`` maps ports of the configuration
    to ports on loopback.
    """

    folder: Path
    certificates: Path
    upstreams: dict[str, str]
    operators_network: str = "127.0.0.1/32"
    groups: dict[str, list[str]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in PORTS})

    @property
    def configuration(self) -> Path:
        return self.folder / "nginx.conf"

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.ports['8443']}"

    def command(self, *arguments: str) -> list[str]:
        # pytest's folders are closed to nginx's usual user.
        user = "user root;" if os.geteuid() == 0 else ""
        return [
            nginx_program(),
            "-c",
            str(self.configuration),
            "-g",
            f"daemon off; {user}",
            *arguments,
        ]

    def configure(self) -> None:
        """Copy the configuration, replace the templates' variables, and the paths and ports."""
        (self.folder / "challenges").mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        shutil.copytree(DEPLOY / "nginx" / "snippets", self.folder / "snippets")
        shutil.copy(DEPLOY / "nginx" / "nginx.conf", self.configuration)
        (self.folder / "conf.d").mkdir()
        for template in (DEPLOY / "nginx" / "templates").iterdir():
            text = template.read_text().replace("${OPERATORS_NETWORK}", self.operators_network)
            text = text.replace("${SENTIMENT_HOST}", HOST)
            (self.folder / "conf.d" / template.stem).write_text(text)
        # max_fails=0: nginx keeps asking a replica that failed.
        groups = [
            f"upstream {name} {{ {' '.join(f'server {one} max_fails=0;' for one in replicas)} }}\n"
            for name, replicas in self.groups.items()
        ]
        (self.folder / "conf.d" / "groups.conf").write_text("".join(groups))
        places = {
            "/etc/nginx/": f"{self.folder}/",
            "/tmp/": f"{self.folder}/tmp/",  # noqa: S108 # replaced
            "/challenges": f"{self.folder}/challenges",
            "/run/secrets/certificate_key": f"{self.certificates}/privkey.pem",
            "/run/secrets/certificate": f"{self.certificates}/fullchain.pem",
        }
        for path in [self.configuration, *self.folder.glob("*/*.conf")]:
            text = path.read_text()
            for port, here in self.ports.items():
                text = re.sub(rf"(listen ){port}\b", rf"\g<1>127.0.0.1:{here}", text)
            for there, address in self.upstreams.items():
                text = text.replace(f" {there};", f" {address};")
            # One pass for all: a replacement must not be replaced again.
            pattern = "|".join(re.escape(place) for place in places)
            text = re.sub(pattern, lambda found: places[found[0]], text)
            path.write_text(text)

    def start(self) -> Self:
        self.configure()
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + _PATIENCE_S
        lives = f"http://127.0.0.1:{self.ports['8080']}/nginx-lives"
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(lives).status_code == 204:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"nginx did not start:\n{(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def client(self, address: str = "127.0.0.1") -> "TlsClient":
        """A client with this local address that trusts the stack's certificate alone."""
        trust = ssl.create_default_context(cafile=str(self.certificates / "fullchain.pem"))
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        return TlsClient(base_url=self.url, transport=transport, timeout=60)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class TlsClient(httpx.Client):
    """Connects to loopback and checks the certificate against the server's name."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        request.extensions["sni_hostname"] = HOST
        return super().send(request, **options)
