"""The command line that trains, judges and promotes models: ``python -m training --help``."""

import os

# The libraries send no usage statistics: the switches are read when they are imported.
for _switch in (
    "BENTOML_DO_NOT_TRACK",
    "DO_NOT_TRACK",
    "HF_HUB_DISABLE_TELEMETRY",
    "MLFLOW_DISABLE_TELEMETRY",
):
    os.environ.setdefault(_switch, "true")
