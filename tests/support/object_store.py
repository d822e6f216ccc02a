"""SeaweedFS, an S3 server, on loopback. It refuses a wrong key."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.servers import free_port

_KEY = "mlflow"
_SECRET = "only for this test"
_PATIENCE_S = 60.0


@dataclass
class ObjectStore:
    """A server with one user and one bucket."""

    process: subprocess.Popen[bytes]
    url: str
    secret: str
    bucket: str = "mlflow"

    @classmethod
    def create(cls, folder: Path, secret: str = _SECRET) -> Self:
        folder.mkdir(parents=True)
        port = free_port()
        ports = {
            f"-{part}.port{kind}": free_port()
            for part in ("master", "volume", "filer")
            for kind in ("", ".grpc")
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(str(Path(sys.executable).parent / "weed"), "server", f"-dir={folder}"),
                    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"),
                    *(f"{name}={number}" for name, number in ports.items()),
                    *(f"-s3.port={port}", f"-s3.port.grpc={free_port()}", "-s3.port.iceberg=0"),
                    *("-s3.port.lance=0", "-master.telemetry=false"),
                ],
                env={**os.environ, "AWS_ACCESS_KEY_ID": _KEY, "AWS_SECRET_ACCESS_KEY": secret},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        store = cls(process, f"http://127.0.0.1:{port}", secret)
        store._make_bucket(folder / "log")
        return store

    @property
    def environment(self) -> dict[str, str]:
        """The variables of MLflow's clients."""
        return {
            "MLFLOW_S3_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def file_environment(self) -> dict[str, str]:
        """The variables of ``training.data.files.s3_objects``."""
        return {**self.environment, "AWS_ENDPOINT_URL": self.url}

    def keys(self) -> list[str]:
        """Every key in the bucket."""
        pages = self._client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def _client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=_KEY,
            aws_secret_access_key=self.secret,
            region_name="us-east-1",
        )

    def _make_bucket(self, log: Path) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self._client().create_bucket(Bucket=self.bucket)
                return
            except (BotoCoreError, ClientError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"SeaweedFS made no bucket:\n{log.read_text()}") from error
            time.sleep(0.3)
