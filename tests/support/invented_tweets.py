"""Invented tweets in files, for trainings of seconds, and the runs of these trainings."""

import csv
from pathlib import Path

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Run

PRAISE = ["lovely", "great", "nice", "superb", "kind", "fast", "clean", "perfect"]
BLAME = ["awful", "bad", "rude", "slow", "dirty", "broken", "late", "horrible"]
THINGS = ["crew", "seat", "meal", "gate", "lounge", "cabin", "pilot", "queue", "bag", "bus"]


def write_tweets(path: Path, mislabelled: float, seed: int, rows: int = 400) -> None:
    """Write sentences in Sentiment140's layout, half of them positive.

    ``mislabelled``: probability that a row gets the other label.
    """
    generator = np.random.default_rng(seed)
    lines = []
    for number in range(rows):
        positive = number % 2 == 0
        word = generator.choice(PRAISE if positive else BLAME)
        first, second = generator.choice(THINGS, 2, replace=False)
        text = f"the {first} and the {second} of flight {seed}{number} {word}"
        label = positive != (generator.random() < mislabelled)
        lines.append(f'"{4 * label}","{number}","date","NO_QUERY","NO_USER","{text}"\n')
    path.write_text("".join(lines))


def write_airline(path: Path) -> None:
    """Write 10 positive, 10 negative and 10 neutral sentences in the airline set's layout."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["airline_sentiment", "name", "text"])
        for number, thing in enumerate(THINGS):
            writer.writerow(["positive", f"anna{number}", f"the {thing} is {PRAISE[number % 8]}"])
            writer.writerow(["negative", f"ben{number}", f"the {thing} is {BLAME[number % 8]}"])
            writer.writerow(["neutral", f"cleo{number}", f"which {thing} is ours"])


def all_runs(client: MlflowClient) -> list[Run]:
    """Every run of the experiment, the newest first."""
    experiment = client.get_experiment_by_name("tweet-sentiment")
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id]))


def newest_run(client: MlflowClient) -> Run:
    return all_runs(client)[0]
