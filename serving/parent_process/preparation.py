"""The work of the parent process before any worker starts."""

import atexit
import os
from collections.abc import Mapping
from shutil import rmtree

from models.artifacts.manifest import manifest_digest
from models.artifacts.signature import verify_model
from models.artifacts.store import stored_name
from serving.challenger.stored_challengers import check_same_outputs, require_challenger
from serving.feedback.database import migrate
from serving.feedback.sqlite_file import prepare_folder
from serving.http.access.client_access import warn_of_open_access
from serving.model_changes.coordinator import Coordinator
from serving.model_changes.state import ModelVersion
from serving.model_changes.trial import Trial
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
        if (settings.placement == "service" or settings.shadow) and "BENTOML_NO_UDS" in os.environ:
            raise StartError(
                "unset BENTOML_NO_UDS: runner services would listen on TCP ports, and would "
                "execute pickles from every local account"
            )
        served = {}
        for family in settings.models:
            champion = require_champion(family, pinned.get(stored_name(family), "latest"))
            verify_model(champion.folder, settings.model_key)
            digest = manifest_digest(champion.folder)
            served[family] = ModelVersion(version=champion.version, manifest_sha256=digest)
        challengers = _verify_challengers(settings, pinned)
        given = settings.secret_key.get_secret_value()
        secret = given or load_or_create_secret(settings.data_dir)
        prepare_folder(settings.data_dir)
        migrate(settings.database_url)
        close_control_sockets()
        instructions = instruct_workers(secret, challengers)
        atexit.register(rmtree, instructions.folder, ignore_errors=True)
        Coordinator(
            instructions.changes_folder(),
            served,
            Trial(settings.model_key, settings.scoring_backend),
            with_runners=settings.placement == "service",
        ).start()
    warn_of_open_access(settings)


def _verify_challengers(
    settings: Settings, pinned: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """The version and the SHA-256 of the manifest of each challenger that shall run."""
    verified = {}
    for family in settings.challenged:
        pin = pinned.get(stored_name(family, "challenger"), "latest")
        challenger = require_challenger(family, pin)
        verify_model(challenger.folder, settings.model_key)
        if settings.split and settings.split.family == family:
            champion = require_champion(family, pinned.get(stored_name(family), "latest"))
            check_same_outputs(champion, challenger)
        verified[family] = (challenger.version, manifest_digest(challenger.folder))
    return verified
