"""Invented tweets in a file, for trainings of seconds."""

from pathlib import Path

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Run

PRAISE = ["lovely", "great", "nice", "superb", "kind", "fast", "clean", "perfect"]
BLAME = ["awful", "bad", "rude", "slow", "dirty", "broken", "late", "horrible"]
THINGS = ["crew", "seat", "meal", "gate", "lounge", "cabin", "pilot", "queue", "bag", "bus"]


def write_tweets(path: Path, mislabelled: float, seed: int, rows: int = 400) -> None:
    """Generated sentences in Sentiment140's layout, half of them positive."""
    generator = np.random.default_rng(seed)
    lines = []
    for number in range(rows):
        positive = number % 2 == 0
        word = generator.choice(PRAISE if positive else BLAME)
        first, second = generator.choice(THINGS, 2, replace=False)
        text = f"the {first} and the {second} of flight {seed}{number} {word}"
        shown = positive != (generator.random() < mislabelled)
        lines.append(f'"{4 * shown}","{number}","date","NO_QUERY","NO_USER","{text}"\n')
    path.write_text("".join(lines))


def newest_run(client: MlflowClient) -> Run:
    experiment = client.get_experiment_by_name("tweet-sentiment")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id], max_results=1)
    return run
