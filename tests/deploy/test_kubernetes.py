import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import PrometheusRule, ServiceMonitor
from pydantic import BaseModel

from deploy.kubernetes.prometheus_rule import RESOURCE, prometheus_rule
from serving.settings import Settings
from tests.support.deploy.compose import DEPLOY

OVERLAYS = sorted(path.name for path in (DEPLOY / "kubernetes" / "overlays").iterdir())
# The oldest version with a schema in the package that has preStop's sleep and matchLabelKeys.
VERSION = "1.30"
CUSTOM: dict[str, type[BaseModel]] = {
    "PrometheusRule": PrometheusRule,
    "ScaledObject": ScaledObject,
    "ServiceMonitor": ServiceMonitor,
}


def rendered(overlay: str) -> dict[str, dict[str, Any]]:
    """The resources of an overlay by their kinds. Each kind occurs once."""
    kubectl = Path(sys.executable).parent / "kubectl"
    outcome = subprocess.run(
        [str(kubectl), "kustomize", str(DEPLOY / "kubernetes" / "overlays" / overlay)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr == ""
    resources = list(yaml.safe_load_all(outcome.stdout))
    by_kind = {resource["kind"]: resource for resource in resources}
    assert len(by_kind) == len(resources)
    return by_kind


@pytest.fixture(scope="module", params=OVERLAYS)
def resources(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    return rendered(request.param)


def container(resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (only,) = resources["Deployment"]["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found


def test_resources_match_their_schemas(
    resources: dict[str, dict[str, Any]],
) -> None:
    for kind, resource in resources.items():
        if kind in CUSTOM:
            # The model drops unknown fields.
            model = CUSTOM[kind].model_validate(resource)
            written = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
            assert written == resource
        else:
            kubernetes_validate.validate(resource, VERSION, strict=True)


def test_each_overlay_has_one_autoscaler(resources: dict[str, dict[str, Any]]) -> None:
    assert len({"HorizontalPodAutoscaler", "ScaledObject"} & resources.keys()) == 1
    # The autoscaler alone sets the number of replicas.
    assert "replicas" not in resources["Deployment"]["spec"]


def test_selectors_match_the_pods(resources: dict[str, dict[str, Any]]) -> None:
    labels = resources["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    assert resources["Service"]["spec"]["selector"].items() <= labels
    for kind, selector in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert resources[kind]["spec"][selector]["matchLabels"].items() <= labels
    wanted = resources["ServiceMonitor"]["spec"]["selector"]["matchLabels"]
    assert wanted.items() <= resources["Service"]["metadata"]["labels"].items()


def test_the_job_has_the_label_that_the_rules_select(resources: dict[str, dict[str, Any]]) -> None:
    label = resources["ServiceMonitor"]["spec"]["jobLabel"]
    assert resources["Service"]["metadata"]["labels"][label] == "sentiment"


def test_pods_run_without_privileges(resources: dict[str, dict[str, Any]]) -> None:
    pod = resources["Deployment"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container(resources)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    labels = resources["Namespace"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_settings_are_those_of_the_service(resources: dict[str, dict[str, Any]]) -> None:
    names = {variable["name"] for variable in container(resources)["env"]} - {"BENTOML_HOME"}
    assert "SENTIMENT_RUNNERS" in names
    assert names <= {f"SENTIMENT_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("overlay", ["cpu", "cpu-keda"])
def test_an_update_keeps_every_old_pod_until_a_new_one_is_ready(overlay: str) -> None:
    found = rendered(overlay)
    update = {"maxUnavailable": 0, "maxSurge": 1}
    assert found["Deployment"]["spec"]["strategy"]["rollingUpdate"] == update
    assert container(found)["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_gpu_overlay_requests_a_gpu_and_detects_a_dead_runner() -> None:
    found = container(rendered("gpu"))
    assert found["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert found["livenessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_rules_equal_those_of_prometheus() -> None:
    assert RESOURCE.read_text() == prometheus_rule(), "run make kubernetes-rules"
