"""The command line that trains, judges and promotes models: ``python -m training --help``."""

import os

# Nothing is sent anywhere: the libraries' usage statistics are off before they are imported.
for _switch in (
    "BENTOML_DO_NOT_TRACK",
    "DO_NOT_TRACK",
    "HF_HUB_DISABLE_TELEMETRY",
    "MLFLOW_DISABLE_TELEMETRY",
):
    os.environ.setdefault(_switch, "true")
