"""Shared by training and serving: normalisation, families of models, scoring, the model store."""

import os

# ONNX Runtime writes an identifier of this machine and sends usage data to Microsoft. It reads this
# variable when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
