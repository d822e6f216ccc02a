"""Saves the model in MLflow's transformers flavour, for ``mlflow models serve``."""

import os
import sys

import mlflow
from transformers import pipeline

mlflow.transformers.save_model(
    transformers_model=pipeline("text-classification", model=os.environ["MODEL"]),
    path=sys.argv[1],
    pip_requirements=[],
)
