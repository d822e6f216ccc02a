"""Files of an S3 store, on a real server: read by ``train`` and ``score``, written by ``score``."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY, Workplace
from tests.support.data_files import PLAIN, parquet, zipped
from tests.support.invented_tweets import write_tweets
from tests.support.object_store import ObjectStore
from training.data.files.bad_rows import BadRows
from training.data.files.s3_objects import S3Object
from training.data.files.table import open_tables
from training.data.selection import DataSelection
from training.errors import DataError

pytestmark = pytest.mark.server

OBJECTS = {
    "tweets/2026-11.csv": PLAIN.encode(),
    "tweets/2026-12.csv.gz": gzip.compress(PLAIN.encode()),
    "tweets/old/all.zip": zipped({"a.csv": PLAIN, "notes.md": "none"}),
    "tweets/old/2025.parquet": parquet(),
    "tweets/readme.md": b"none",
    "big.csv": b"text,label\n" + b"late again,0\n" * 500_000,
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    server = ObjectStore.create(tmp_path_factory.mktemp("store") / "server")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.file_environment.items():
            patch.setenv(name, value)
        for key, content in OBJECTS.items():
            upload(server, key, content, tmp_path_factory.mktemp("objects"))
        yield server
    # A server that is asked to stop waits for the clients' idle connections.
    server.process.kill()
    server.stop()


def upload(store: ObjectStore, key: str, content: bytes, folder: Path) -> None:
    path = folder / "object"
    path.write_bytes(content)
    S3Object(f"{store.bucket}/{key}").upload(path)


def names(store: ObjectStore, place: str) -> list[str]:
    """The tables of a place, without the address of the bucket."""
    prefix = f"s3://{store.bucket}/"
    tables, _ = open_tables(prefix + place)
    return [table.name.removeprefix(prefix) for table in tables]


def test_a_key_a_prefix_and_a_glob_are_places(store: ObjectStore) -> None:
    first, packed, parquet_, member = (
        *("tweets/2026-11.csv", "tweets/2026-12.csv.gz"),
        *("tweets/old/2025.parquet", "tweets/old/all.zip: a.csv"),
    )
    assert names(store, first) == [first]
    assert names(store, "tweets") == [first, packed, parquet_, member]
    assert names(store, "tweets/") == [first, packed, parquet_, member]
    assert names(store, "tweets/2026-*") == [first, packed]
    assert names(store, "*/old/*.zip") == [member]


@pytest.mark.parametrize("key", [*OBJECTS][:4])
def test_the_rows_are_those_of_the_file(key: str, store: ObjectStore, tmp_path: Path) -> None:
    path = tmp_path / Path(key).name
    path.write_bytes(OBJECTS[key])
    (expected,) = open_tables(str(path))[0]
    (found,) = open_tables(f"s3://{store.bucket}/{key}")[0]
    assert list(found.rows(BadRows())) == list(expected.rows(BadRows()))


def test_an_object_of_several_requests_is_read_whole(store: ObjectStore) -> None:
    (table,) = open_tables(f"s3://{store.bucket}/big.csv")[0]
    assert sum(1 for _ in table.rows(BadRows())) == 500_000


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("s3://mlflow/none.csv", "s3://mlflow/none.csv does not exist"),
        ("s3://mlflow/none*", r"s3://mlflow/none\* holds no data file"),
        ("s3://", "s3:// names no bucket: write s3://BUCKET/KEY"),
        ("s3://*", r"s3://\* names no bucket"),
    ],
)
def test_a_wrong_place_is_one_error(place: str, message: str, store: ObjectStore) -> None:
    with pytest.raises(DataError, match=message):
        open_tables(place)


def test_a_wrong_key_is_an_error_with_the_address(store: ObjectStore) -> None:
    script = "from training.data.files.table import open_tables; open_tables('s3://mlflow/big.csv')"
    outcome = python("-c", script, folder=REPOSITORY, AWS_SECRET_ACCESS_KEY="wrong")
    assert outcome.returncode == 1
    assert "DataError: s3://mlflow/big.csv cannot be read" in outcome.stderr


def test_the_data_of_a_run_keep_their_address() -> None:
    selection = DataSelection(data="s3://bucket/tweets", train_only="own.csv")
    assert selection.absolute.data == "s3://bucket/tweets"
    assert selection.absolute.train_only == str(Path("own.csv").absolute())


def test_the_splits_of_a_training_come_from_objects(store: ObjectStore, tmp_path: Path) -> None:
    write_tweets(tmp_path / "tweets.csv", mislabelled=0.1, seed=6)
    S3Object(f"{store.bucket}/own/tweets.csv").upload(tmp_path / "tweets.csv")
    found = DataSelection(data=f"s3://{store.bucket}/own").load(seed=1)
    expected = DataSelection(data=str(tmp_path / "tweets.csv")).load(seed=1)
    assert found.train.texts == expected.train.texts
    assert len(found.train) > 200


def test_objects_are_scored_into_an_object(
    store: ObjectStore, trained: Workplace, tmp_path: Path
) -> None:
    (tmp_path / "bentoml").mkdir()
    (tmp_path / "bentoml" / "models").symlink_to(trained.home / "models")
    target = f"s3://{store.bucket}/scored/tweets.parquet"
    upload(store, "raw/a.csv", PLAIN.encode() + b"   ,1\n", tmp_path)
    outcome = python(
        *("-m", "training", "score", f"s3://{store.bucket}/raw", target, "--model", "baseline"),
        *("--on-bad-rows", "skip"),
        folder=tmp_path,
        **Workplace(tmp_path).environment,
    )
    assert outcome.returncode == 0, outcome.stderr
    (table,) = open_tables(target)[0]
    rows = list(table.rows(BadRows()))
    assert [row.values["text"] for row in rows] == ["Lovely crew", "Late again", "Nice seat"]
    assert rows[0].values["input_label"] == "1"
    assert rows[0].values["model"] == "baseline"
    (bad,) = open_tables(f"{target}.bad_rows.csv")[0]
    assert [row.values["line"] for row in bad.rows(BadRows())] == ["5"]
    assert not list(tmp_path.glob("*.parts"))


def python(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
