"""The ML-BOM of the Bento (CycloneDX 1.6), and the files that a build takes along with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from models.artifacts.manifest import SIGNATURE, file_digests
from models.registry import FAMILIES
from tests.support.champions import REPOSITORY, Workplace


def write_provenance(workplace: Workplace, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.bento.provenance", str(REPOSITORY / "bentofile.yaml")],
        cwd=folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def bill(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("build")
    outcome = write_provenance(trained, folder)
    assert outcome.returncode == 0, outcome.stderr
    key = folder / "provenance/model_key.pem"
    assert key.read_bytes() == trained.model_key.read_bytes()
    return (folder / "provenance/bom.cdx.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def components(bill: str) -> dict[str, Any]:
    return {component["bom-ref"]: component for component in json.loads(bill)["components"]}


def test_the_bill_fits_the_schema(bill: str) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(bill) is None
    wrong = bill.replace('"supervised"', '"intuitive"')
    assert validator.validate_str(wrong) is not None


@pytest.mark.parametrize("family", FAMILIES)
def test_the_bill_lists_every_file_of_a_champion_with_its_digest(
    trained: Workplace, components: dict[str, Any], family: str
) -> None:
    champion, model = trained.champion(family), components[f"sentiment-{family}"]
    assert model["type"] == "machine-learning-model"
    assert model["version"] == champion.name
    listed = {file["name"]: file["hashes"][0]["content"] for file in model["components"]}
    found = file_digests(champion)
    del found["model.yaml"], found[SIGNATURE]
    assert listed == found
    assert model["hashes"][0]["content"] == found["manifest.json"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_model_card_has_figures_limits_and_data(
    components: dict[str, Any], family: str
) -> None:
    card = components[f"sentiment-{family}"]["modelCard"]
    assert card["modelParameters"]["datasets"]
    metrics = card["quantitativeAnalysis"]["performanceMetrics"]
    precision = next(metric for metric in metrics if metric["type"] == "precision")
    interval = precision["confidenceInterval"]
    assert float(interval["lowerBound"]) <= float(precision["value"])
    limits = " ".join(card["considerations"]["technicalLimitations"])
    assert "Sarcasm" in limits
    assert "not for decisions about single people" in " ".join(card["considerations"]["useCases"])


def test_the_bill_describes_the_data_sets_of_the_data_card(components: dict[str, Any]) -> None:
    described = {
        component["name"]: component["data"][0]
        for component in components.values()
        if component["type"] == "data"
    }
    assert set(described) == {"embedded", "Sentiment140", "Twitter US Airline Sentiment"}
    assert "Hutto & Gilbert" in described["embedded"]["description"]
    assert "emoticon" not in json.dumps(described["embedded"])


def test_the_bill_lists_every_package_of_the_bento(components: dict[str, Any]) -> None:
    pinned = (REPOSITORY / "requirements/bento.txt").read_text().splitlines()
    packages = [part for part in components.values() if part["type"] == "library"]
    assert sorted(f"{part['name']}=={part['version']}" for part in packages) == sorted(pinned)
    assert all(part["purl"].startswith("pkg:pypi/") for part in packages)


def test_a_bento_is_not_built_from_unsigned_champions(
    trained: Workplace, workplace: Workplace
) -> None:
    name = "models/sentiment-baseline"
    shutil.copytree(trained.home / name, workplace.home / name)
    (workplace.champion("baseline") / SIGNATURE).unlink()
    outcome = write_provenance(workplace, workplace.folder)
    assert outcome.returncode == 1
    assert "has no signature" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (workplace.folder / "provenance").exists()
