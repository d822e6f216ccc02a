"""A retraining by a command on this machine."""

import os
import subprocess
from dataclasses import dataclass

from deploy.retraining.receiver.errors import StartError

# Exit codes of python -m training retrain: the challenger stands, the gate refuses the challenger.
_JUDGED = {0: "the challenger passed the gate", 3: "the gate refused the challenger"}


@dataclass(frozen=True)
class Command:
    """A command without a shell. ``{family}`` in an argument becomes the family's name."""

    arguments: tuple[str, ...]

    def start(self, family: str) -> str:
        """Run the command to its end. Returns a sentence.

        Raises ``StartError`` if the command judged no challenger.
        """
        command = [argument.replace("{family}", family) for argument in self.arguments]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("RETRAINING_")
        }
        try:
            code = subprocess.run(command, env=environment, check=False).returncode
        except OSError as error:
            raise StartError(f"the command did not start: {error}") from error
        if code not in _JUDGED:
            raise StartError(f"the command ended with the exit code {code}")
        return _JUDGED[code]
