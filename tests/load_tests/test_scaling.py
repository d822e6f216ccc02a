import json
from pathlib import Path

import pytest

from load_tests.scaling import scaling, scaling_row
from tests.support.champions import REPOSITORY


def test_a_part_of_a_replica_is_a_whole_one() -> None:
    assert scaling_row("lstm", 1000, replica_rate=1000, cores=4, euro=0.5)[2:4] == ("1", "4")
    assert scaling_row("lstm", 1001, replica_rate=1000, cores=4, euro=0.5)[2:4] == ("2", "8")


def test_costs_are_per_hour_and_per_million() -> None:
    # 3,600,000 requests per hour on 10 replicas of 2 cores.
    row = scaling_row("lstm", 1000, replica_rate=100, cores=2, euro=0.9)
    assert row == ("lstm", "1,000", "10", "20", "18.00", "5.00")


def test_single_requests_leave_a_reserve_and_batches_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = tmp_path / "rates.json"
    rates = {"cores": 2, "families": {"lstm": {"single": 100, "batch": 1000}}}
    measured.write_text(json.dumps(rates))
    bulk, stream = tmp_path / "bulk.json", tmp_path / "stream.json"
    bulk.write_text(json.dumps({"cores": 2, "distinct_rows_per_s": {"lstm": 2000}}))
    sizes = {"row_bytes": 400.0, "entry_bytes": 200.0}
    stream.write_text(json.dumps({"processor_ms_per_mention": {"lstm": 2.0}, **sizes}))
    scaling(measured, bulk, stream, peak=3, repeated=0.5, utilisation=0.5, euro=0.03)
    printed = capsys.readouterr().out
    assert "| lstm | 1,000 | 20 | 40 | 1.20 | 0.33 |" in printed
    assert "| lstm | 5,787 | 6 | 12 | 0.36 | 0.02 |" in printed
    # Half of 5,787 texts a second, by cores of 1,000 rows a second; then 2 ms for each mention.
    assert "| lstm | bulk, through the day | 3 | 2.16 |" in printed
    assert "| lstm | stream, mean hour | 12 | 8.64 |" in printed
    assert "| lstm | stream, peak hour (3 times) | 35 | 25.20 |" in printed
    assert "200 GB a day, and 18.0 TB in 90 days" in printed


def test_the_document_has_the_tables_of_the_measured_rates(tmp_path: Path) -> None:
    shipped = REPOSITORY / "docs" / "scaling.md"
    written = tmp_path / "scaling.md"
    written.write_text(shipped.read_text())
    docs = REPOSITORY / "docs"
    rates = (docs / "performance.json", docs / "bulk.json", docs / "crowd_stream.json")
    scaling(*rates, document=written)
    assert written.read_text() == shipped.read_text()


def test_missing_rates_are_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"rates\.json is missing"):
        scaling(tmp_path / "rates.json")
