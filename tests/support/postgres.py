"""PostgreSQL on loopback, from Debian's package."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.support.servers import free_port


def programs() -> Path:
    """The folder of PostgreSQL's programs, of the newest installed version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run make debian")
    return found[-1].parent


@dataclass
class Postgres:
    """A server with its own data folder.

    PostgreSQL refuses to run as root. Root starts it as the user postgres.
    """

    folder: Path
    port: int

    @classmethod
    def create(cls, folder: Path) -> Self:
        postgres = cls(folder, free_port())
        folder.mkdir(parents=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        postgres._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "sentiment")
        postgres.start()
        return postgres

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://sentiment@127.0.0.1:{self.port}/postgres"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of PostgreSQL's programs for a connection as superuser."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "sentiment"}

    def ask_for_passwords(self, *roles: str) -> None:
        """Require passwords of these roles. Other roles log in without one."""
        rules = self.folder / "data" / "pg_hba.conf"
        asked = f"host all {','.join(roles)} 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(asked + rules.read_text())
        self._run("pg_ctl", "-D", str(self.folder / "data"), "reload")

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self._run(
            *("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log")),
            *("-o", options, "-w", "start"),
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        as_user = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid}
        subprocess.run(
            [str(programs() / program), *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            **(as_user if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
        )
