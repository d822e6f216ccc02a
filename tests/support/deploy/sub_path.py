"""nginx on loopback that publishes a service below a path."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.deploy.nginx import nginx_program
from tests.support.servers import free_port

_PATIENCE_S = 30.0
# nginx removes the prefix from the requests, and answers 404 outside of it.
_CONFIGURATION = """
daemon off; {user} pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location = /nginx-lives {{ return 204; }}
        location / {{ return 404; }}
        location {prefix}/ {{ proxy_pass {upstream}/; }}
    }}
}}
"""


@contextmanager
def published_below(prefix: str, upstream: str, folder: Path) -> Iterator[str]:
    """The address below which nginx publishes ``upstream``, without a slash at its end."""
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(folder=folder, port=port, prefix=prefix, upstream=upstream, user=user)
    )
    process = subprocess.Popen([nginx_program(), "-c", str(configuration), "-e", "stderr"])
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/nginx-lives")
        yield f"http://127.0.0.1:{port}{prefix}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
