"""Program that imports every module of the packages without the parts of Linux that macOS lacks.

Functions of ``os``, ``signal``, ``select`` and ``socket`` are removed after the libraries have been
imported. Files below ``/proc`` and ``/sys`` are missing for this project's code.
"""

import ast
import importlib
import os
import select
import signal
import socket
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("models", "training", "serving", "monitoring", "deploy")
_LIBRARY = sysconfig.get_path("stdlib")
_MISSING = {
    os: ("sched_getaffinity", "sched_setaffinity", "pidfd_open", "memfd_create", "eventfd"),
    signal: ("sigtimedwait", "sigwaitinfo", "SIGRTMIN", "SIGRTMAX"),
    select: ("epoll",),
    socket: ("AF_NETLINK", "SO_BINDTODEVICE", "SO_PEERCRED"),
}


def module_files() -> Iterator[Path]:
    """The files of the packages, without scripts that run at import."""
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            if not {"examples", "migrations", "__main__.py"} & set(path.parts):
                yield path


def _import_libraries() -> None:
    """Import the libraries, and the names in them, that the modules of the packages import."""
    statements = [
        statement
        for path in module_files()
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
    ]
    for statement in statements:
        if isinstance(statement, ast.Import):
            modules: dict[str, tuple[str, ...]] = {alias.name: () for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            modules = {statement.module: tuple(alias.name for alias in statement.names)}
        else:
            continue
        for module, names in modules.items():
            if module.partition(".")[0] not in PACKAGES:
                library = importlib.import_module(module)
                for name in names:
                    getattr(library, name, None)


def _refuse_files_of_linux(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).startswith(("/proc/", "/sys/")) and _is_our_call():
        raise FileNotFoundError(arguments[0])


def _is_our_call() -> bool:
    """Whether code of this project, perhaps through the standard library, opens the file."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        is_installed = "site-packages" in file
        if is_installed or not file.startswith((_LIBRARY, "<frozen")):
            return file.startswith(str(REPOSITORY)) and not is_installed
        frame = frame.f_back  # type: ignore[assignment]
    return False


def main() -> None:
    _import_libraries()
    for module, names in _MISSING.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.addaudithook(_refuse_files_of_linux)
    for path in module_files():
        parts = path.relative_to(REPOSITORY).with_suffix("").parts
        importlib.import_module(".".join(parts).removesuffix(".__init__"))
    machine = importlib.import_module("serving.machine")
    sys.stdout.write(f"{machine.available_cores()}\n")


if __name__ == "__main__":
    main()
