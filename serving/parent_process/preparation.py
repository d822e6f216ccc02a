"""The work of the parent process before any worker starts."""

import atexit
import os
from collections.abc import Mapping
from shutil import rmtree

from models.artifacts.manifest import manifest_digest
from models.artifacts.signature import verify_model
from models.artifacts.store import stored_name
from serving.challenger.stored_challengers import (
    challenger_key,
    check_same_outputs,
    require_challenger,
)
from serving.feedback.database import migrate
from serving.feedback.sqlite_file import prepare_folder
from serving.http.access.client_access import warn_of_open_access
from serving.parent_process.control_sockets import close_control_sockets
from serving.parent_process.home_lock import HomeLock, bentoml_home
from serving.parent_process.instructions import instruct_workers
from serving.parent_process.listening_port import check_port
from serving.parent_process.start_error import StartError, one_line_start_errors
from serving.prediction.champions import require_champion
from serving.secret import load_or_create_secret
from serving.settings import Settings


def prepare_server(settings: Settings, pinned: Mapping[str, str]) -> None:
    """Check everything that a start needs, and instruct the workers.

    ``pinned``: version by name of the models that the Bento was built with, empty outside of a
    Bento. Raises ``StartError``.
    """
    with one_line_start_errors():
        lock = HomeLock(bentoml_home())
        lock.acquire()
        atexit.register(lock.release)
        check_port()
        if settings.placement == "service" and "BENTOML_NO_UDS" in os.environ:
            raise StartError(
                "unset BENTOML_NO_UDS: runner services would listen on TCP ports, and would "
                "execute pickles from every local account"
            )
        versions, manifests = {}, {}
        for family in settings.models:
            champion = require_champion(family, pinned.get(stored_name(family), "latest"))
            verify_model(champion.folder, settings.model_key)
            versions[family] = champion.version
            manifests[family] = manifest_digest(champion.folder)
        for family in settings.challenged:
            key = challenger_key(family)
            challenger = require_challenger(family, pinned.get(key, "latest"))
            verify_model(challenger.folder, settings.model_key)
            if settings.split and settings.split.family == family:
                check_same_outputs(require_champion(family, versions[family]), challenger)
            versions[key] = challenger.version
            manifests[key] = manifest_digest(challenger.folder)
        given = settings.secret_key.get_secret_value()
        secret = given or load_or_create_secret(settings.data_dir)
        prepare_folder(settings.data_dir)
        migrate(settings.database_url)
        close_control_sockets()
        folder = instruct_workers(versions, manifests, secret)
        atexit.register(rmtree, folder, ignore_errors=True)
    warn_of_open_access(settings)
