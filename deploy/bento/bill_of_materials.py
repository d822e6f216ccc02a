"""The Bento's bill of materials: models, data sets and packages, in CycloneDX 1.6 (an ML-BOM).

https://cyclonedx.org/docs/1.6/json/ is the format. The library writes the components; it has no
classes for model cards and data sets yet, so their JSON is made here.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bentoml
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.bento.cards import DataSet, data_card_points, data_sets, model_card_points
from models.artifacts.manifest import MANIFEST, WEIGHTS, manifest_digest
from models.artifacts.store import StoredModel, stored_name
from models.registry import family_named

_REPOSITORY = Path(__file__).parents[2]
_PREFIX = "tweet-sentiment"
_JUDGED = {"test": "test rows", "rated": "held-out rated texts"}


def bill_of_materials(champions: list[StoredModel], requirements: Path) -> str:
    """The bill of a Bento with these champions and the pinned ``requirements``, as JSON."""
    sets = data_sets()
    bom = Bom()
    root = _application()
    bom.metadata.component = root
    models = [_model(champion) for champion in champions]
    data = [Component(name=one.name, type=ComponentType.DATA, bom_ref=_ref(one)) for one in sets]
    packages = [_package(line) for line in requirements.read_text(encoding="utf-8").splitlines()]
    for component in (*models, *data, *packages):
        bom.components.add(component)
    bom.register_dependency(root, [*models, *packages])
    described: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    additions = {
        **{stored_name(champion.name): _model_card(champion, sets) for champion in champions},
        **{_ref(one): {"data": [_data_set(one, _defects(one, sets))]} for one in sets},
    }
    for component in described["components"]:
        component.update(additions.get(component["bom-ref"], {}))
    return json.dumps(described, indent=2, ensure_ascii=False)


def _application() -> Component:
    project = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Component(
        name=project["name"],
        version=project["version"],
        description=project["description"],
        type=ComponentType.APPLICATION,
        bom_ref=_PREFIX,
    )


def _package(pinned: str) -> Component:
    name, version = pinned.split("==")
    purl = PackageURL("pypi", name=name, version=version)
    return Component(name=name, version=version, purl=purl, bom_ref=str(purl))


def _model(champion: StoredModel) -> Component:
    """The model with its files. The manifest's SHA-256 stands for the whole model."""
    manifest, name = champion.manifest, stored_name(champion.name)
    digests = {
        MANIFEST: manifest_digest(champion.folder),
        **{f"{WEIGHTS}/{path}": digest for path, digest in manifest.files.items()},
    }
    decision = manifest.decision
    facts = {
        "run": champion.run_id,
        "languages": ",".join(manifest.languages),
        "threshold": decision.threshold,
        "promised-precision-positive": decision.promised_positive,
        "promised-precision-negative": decision.promised_negative,
    }
    return Component(
        name=name,
        version=champion.version,
        description=family_named(champion.name).summary,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=name,
        hashes=[_sha256(digests[MANIFEST])],
        properties=[Property(name=f"{_PREFIX}:{key}", value=str(facts[key])) for key in facts],
        components=[
            Component(
                name=path,
                type=ComponentType.FILE,
                bom_ref=f"{name}/{path}",
                hashes=[_sha256(digest)],
            )
            for path, digest in digests.items()
        ],
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _model_card(champion: StoredModel, sets: list[DataSet]) -> dict[str, Any]:
    metadata = bentoml.models.get(f"{stored_name(champion.name)}:{champion.version}").info.metadata
    return {
        "modelCard": {
            "modelParameters": {
                "approach": {"type": "supervised"},
                "task": "text classification",
                "architectureFamily": family_named(champion.name).summary,
                "modelArchitecture": champion.manifest.checkpoint,
                "datasets": [_training_data(metadata, sets)],
                "inputs": [{"format": "text"}],
                "outputs": [{"format": "shares of readers: negative, neutral, positive"}],
            },
            "quantitativeAnalysis": {"performanceMetrics": _metrics(metadata)},
            "considerations": {
                "useCases": model_card_points("Intended use"),
                "technicalLimitations": model_card_points("Limitations"),
            },
        }
    }


def _training_data(metadata: Mapping[str, Any], sets: list[DataSet]) -> dict[str, Any]:
    """A reference to a set of the data card, else the digest of the training rows."""
    source = str(metadata.get("data", "training rows"))
    for one in sets:
        if one.name == source:
            return {"ref": _ref(one)}
    digest = {"name": f"{_PREFIX}:digest", "value": str(metadata["data_digest"])}
    return {"type": "dataset", "name": Path(source).name, "contents": {"properties": [digest]}}


def _metrics(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures on rows that the model did not learn from, with intervals where there are any."""
    figures: Mapping[str, float] = metadata["metrics"]
    metrics = []
    for key, value in figures.items():
        prefix, _, name = key.partition("_")
        if prefix not in _JUDGED or name.endswith(("_low", "_high")):
            continue
        metric: dict[str, Any] = {"type": name, "value": str(value), "slice": _JUDGED[prefix]}
        if f"{key}_low" in figures:
            metric["confidenceInterval"] = {
                "lowerBound": str(figures[f"{key}_low"]),
                "upperBound": str(figures[f"{key}_high"]),
            }
        metrics.append(metric)
    return metrics


def _defects(one: DataSet, sets: list[DataSet]) -> list[str]:
    """The known defects of a set, without those that name another set."""
    others = [other.name for other in sets if other is not one]
    defects = data_card_points("Known defects")
    return [defect for defect in defects if not any(name in defect for name in others)]


def _data_set(one: DataSet, defects: list[str]) -> dict[str, Any]:
    return {
        "type": "dataset",
        "name": one.name,
        "classification": "public",
        "description": f"{one.content}. Labels: {one.labels}. Use: {one.use}.",
        "sensitiveData": data_card_points("Personal data"),
        "contents": {
            "properties": [
                {"name": f"{_PREFIX}:known-defect", "value": defect} for defect in defects
            ]
        },
    }


def _ref(one: DataSet) -> str:
    return f"data/{one.name.lower().replace(' ', '-')}"
