#!/bin/sh
# Runs MLflow's server; where its stores are it reads from its own MLFLOW_… variables.
set -eu
python "$(dirname "$0")/bucket.py"
exec mlflow server --host "${MLFLOW_HOST:-0.0.0.0}" --port "${MLFLOW_PORT:-5000}" --workers 1
