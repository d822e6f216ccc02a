#!/bin/sh
# Runs MLflow's server. MLflow's own MLFLOW_… variables name its stores.
set -eu
python "$(dirname "$0")/bucket.py"
exec mlflow server --host "${MLFLOW_HOST:-0.0.0.0}" --port "${MLFLOW_PORT:-5000}" --workers 1
