"""Shared by training and serving: normalisation, families of models, scoring, the model store."""

import os

# ONNX Runtime writes an identifier of this machine and sends usage data to Microsoft, unless this
# variable is set when ONNX Runtime is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
