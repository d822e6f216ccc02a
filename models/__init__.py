"""What training and serving share: normalisation, families of models, scoring, the model store."""

import os

# ONNX Runtime writes an identifier of this machine and sends usage data to Microsoft unless this is
# set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
