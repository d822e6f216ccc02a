"""The logged model in MLflow: predictions, evaluation of classifiers, MLflow's server."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from starlette.testclient import TestClient

from models.artifacts.folder import load_model
from models.artifacts.manifest import Manifest
from models.reader_shares import positive_probability
from tests.support.champions import Workplace
from tests.support.tracking import tracking_store
from training.errors import TrackingError
from training.tracking.artifacts import model_folder
from training.tracking.mlflow_runs import connect, log_model

pytestmark = pytest.mark.filterwarnings("ignore")

PRAISE = "The crew was lovely, thank you!"
BLAME = "Two hours late and nobody tells us why."
TEXTS = [PRAISE, BLAME]
LABELS = ["positive", "negative"]


@dataclass(frozen=True)
class Logged:
    """The baseline champion as a run's model: as MLflow loads it, and its own probabilities."""

    run_id: str
    model: Any
    server: TestClient
    manifest: Manifest
    probabilities: list[float]


@pytest.fixture(scope="module")
def logged(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    # A module that warns when it is imported, which is an error while tests are collected.
    from mlflow.pyfunc.scoring_server import init

    champion = tmp_path_factory.mktemp("champion") / "model"
    shutil.copytree(trained.champion("baseline"), champion)
    with tracking_store(tmp_path_factory.mktemp("store")):
        connect()
        manifest, scorer = load_model(champion)
        with mlflow.start_run() as run:
            log_model(champion, scorer)
        model = mlflow.pyfunc.load_model(mlflow.get_run(run.info.run_id).data.tags["model_uri"])
        yield Logged(
            run.info.run_id,
            model,
            TestClient(init(model), raise_server_exceptions=False),
            manifest,
            positive_probability(scorer.score(TEXTS)).tolist(),
        )


@pytest.mark.parametrize(
    "given",
    [
        pd.DataFrame({"text": TEXTS}),
        pd.DataFrame({"text": TEXTS, "author": ["anna", "ben"]}),
        pd.Series(TEXTS, name="text"),
        {"text": TEXTS},
        {"text": np.array(TEXTS)},
        [{"text": text} for text in TEXTS],
    ],
)
def test_the_model_returns_labels(given: Any, logged: Logged) -> None:
    assert logged.model.predict(given).tolist() == LABELS
    assert logged.model.predict({"text": PRAISE}).tolist() == ["positive"]


def test_the_model_returns_probabilities_and_the_other_parts_on_demand(logged: Logged) -> None:
    frame = pd.DataFrame({"text": TEXTS})
    answers = logged.model.predict(frame, params={"output": "all"})
    assert answers["label"].tolist() == LABELS
    assert answers["class"].tolist() == [1, 0]
    assert answers["probability"].tolist() == pytest.approx(logged.probabilities, abs=1e-6)
    shares = answers[["negative", "neutral", "positive"]]
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 1], abs=1e-5)
    decision = logged.manifest.decision
    assert answers["confident"].tolist() == list(map(decision.is_confident, logged.probabilities))
    alone = logged.model.predict(frame, params={"output": "probability"})
    assert alone.tolist() == answers["probability"].tolist()
    with pytest.raises(MlflowException, match="'odds' is none of label, class, probability"):
        logged.model.predict(frame, params={"output": "odds"})


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([PRAISE, None], "row 2 of 2 has null instead of a text"),
        ([PRAISE, float("nan"), BLAME], "row 2 of 3 has null instead of a text"),
        ([None, PRAISE], "row 1 of 2 has null"),
        ([PRAISE, 5], "row 2 of 2 has a value of type int"),
        ([TEXTS, TEXTS], "row 1 of 2 has a value of type list"),
    ],
)
def test_a_row_without_a_text_is_named(cells: list[Any], message: str, logged: Logged) -> None:
    with pytest.raises(MlflowException, match=message):
        logged.model.predict(pd.DataFrame({"text": cells}))


def test_mlflow_evaluates_the_model_as_a_classifier(logged: Logged) -> None:
    data = pd.DataFrame({"text": TEXTS * 3, "label": LABELS * 2 + LABELS[::-1]})
    with mlflow.start_run():
        outcome = mlflow.models.evaluate(
            logged.model, data, targets="label", model_type="classifier"
        )
    assert outcome.metrics["accuracy_score"] == pytest.approx(4 / 6)
    assert outcome.metrics["true_positives"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": TEXTS},
        {"inputs": {"text": TEXTS}},
        {"inputs": [{"text": text} for text in TEXTS]},
        {"instances": [{"text": text} for text in TEXTS]},
        {"dataframe_records": [{"text": text} for text in TEXTS]},
        {"dataframe_split": {"columns": ["text"], "data": [[text] for text in TEXTS]}},
    ],
)
def test_the_server_of_mlflow_answers_every_form_of_a_request(
    body: dict[str, Any], logged: Logged
) -> None:
    answer = logged.server.post("/invocations", json=body)
    assert [row["label"] for row in answer.json()["predictions"]] == LABELS
    everything = logged.server.post("/invocations", json={**body, "params": {"output": "all"}})
    (praise, blame) = everything.json()["predictions"]
    assert (praise["class"], blame["class"]) == (1, 0)
    assert praise["probability"] == pytest.approx(logged.probabilities[0], abs=1e-6)
    assert praise["doubt"] is None


def test_the_server_of_mlflow_reads_csv(logged: Logged) -> None:
    content = f'text\n"{PRAISE}"\n{BLAME}\n'
    answer = logged.server.post(
        "/invocations", content=content, headers={"Content-Type": "text/csv"}
    )
    assert [row["label"] for row in answer.json()["predictions"]] == LABELS


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": [PRAISE, None]},
        {"inputs": {"text": [PRAISE, None]}},
        {"inputs": [{"text": PRAISE}, {"text": None}]},
        {"instances": [{"text": PRAISE}, {"text": None}]},
        {"dataframe_records": [{"text": PRAISE}, {}]},
        {"dataframe_split": {"columns": ["text"], "data": [[PRAISE], [None]]}},
    ],
)
def test_the_server_of_mlflow_names_the_row_of_a_null(body: dict[str, Any], logged: Logged) -> None:
    answer = logged.server.post("/invocations", json=body)
    assert answer.status_code == 400
    assert "row 2 of 2 has null instead of a text" in answer.json()["message"]
    assert "Traceback" not in answer.text


def test_the_model_of_a_run_is_found_and_missed_by_name(logged: Logged) -> None:
    client = connect()
    run = client.get_run(logged.run_id)
    recorded = model_folder(client, run)
    assert (recorded / "manifest.json").is_file()
    folder = Path.cwd()
    (folder / "mlruns").rename(folder / "other")
    with pytest.raises(TrackingError, match=r"the files of the run .* are missing: they were in"):
        model_folder(client, run)
    (folder / "other").rename(folder / "mlruns")
