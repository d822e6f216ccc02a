"""The workflow's program names what it lacks, before it trains."""

from pathlib import Path

import pytest

from deploy.retraining.challenger import main

SETTINGS = {
    "MLFLOW_TRACKING_URI": "http://127.0.0.1:9",
    "SENTIMENT_DATABASE_URL": "sqlite:////nowhere/feedback.db",
}


@pytest.mark.parametrize(
    ("family", "settings", "reason"),
    [
        ("--force", {}, "FAMILY is none of baseline, lstm, distilbert"),
        ("", {}, "FAMILY is none of"),
        ("baseline", {"MLFLOW_TRACKING_URI": ""}, "MLFLOW_TRACKING_URI is not set"),
        ("baseline", {"SENTIMENT_DATABASE_URL": ""}, "the secret FEEDBACK_DATABASE_URL"),
        ("baseline", {}, "there is no feedback store at /nowhere/feedback.db"),
    ],
)
def test_a_missing_setting_is_named_and_no_earlier_report_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    family: str,
    settings: dict[str, str],
    reason: str,
) -> None:
    for name, value in {**SETTINGS, **settings}.items():
        monkeypatch.setenv(name, value)
    report = tmp_path / "report.md"
    report.write_text("the report of an earlier run")
    with pytest.raises(SystemExit, match=reason):
        main(family, report)
    assert not report.exists()
