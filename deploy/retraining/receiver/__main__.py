"""The receiver of Alertmanager's webhook: ``python -m deploy.retraining.receiver``.

The alert ``SentimentRetrainingDue`` starts a retraining, at most once a day. The program needs the
standard library alone. docs/loop.md lists its settings.
"""

import logging
import os
import sys

from deploy.retraining.receiver.server import Receiver
from deploy.retraining.receiver.settings import SettingError, Settings
from deploy.retraining.receiver.start_record import RecordError


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = Settings.read(os.environ)
        receiver = Receiver(settings)
    except (OSError, RecordError, SettingError) as error:
        sys.stderr.write(f"receiver: {error}\n")
        return 2
    with receiver:
        logging.getLogger("retraining").info("listening on %s:%s", settings.host, settings.port)
        receiver.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
