import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from serving.settings import Settings
from tests.support.champions import REPOSITORY
from tests.support.deploy.compose import DEPLOY, read_settings, services, settings_of
from tests.support.servers import free_port

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
# Services without a profile.
STANDING = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}


@pytest.fixture(scope="module")
def filled(prepared: Path) -> dict[str, Any]:
    return services(settings_of(prepared))


def networks_of(service: dict[str, Any]) -> set[str]:
    return set(service.get("networks", []))


def test_settings_are_those_of_the_service(filled: dict[str, Any]) -> None:
    variables = {
        name for name in filled["sentiment-a"]["environment"] if name.startswith("SENTIMENT_")
    }
    assert "SENTIMENT_DATABASE_URL" in variables
    assert variables <= {f"SENTIMENT_{name.upper()}" for name in Settings.model_fields}


def test_the_example_has_the_variables_of_compose_and_no_others() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    example = (DEPLOY / ".env.example").read_text()
    used = set(re.findall(r"\$\{(\w+)", text))
    # ACME_DIRECTORY names another server than Let's Encrypt's, for example its test server.
    assert used - {"ACME_DIRECTORY"} == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_secrets_are_random_and_in_no_file_of_the_repository(prepared: Path) -> None:
    example = read_settings(DEPLOY / ".env.example")
    secrets = {name for name, value in example.items() if value == "SECRET"}
    made = settings_of(prepared)
    assert len({made[name] for name in secrets}) == len(secrets)
    assert all(len(made[name]) == 64 for name in secrets)
    text = (DEPLOY / "compose.yaml").read_text()
    words = re.findall(r"^ +(\w*(?:PASSWORD|KEY|SECRET)\w*): (.*)$", text, re.MULTILINE)
    assert words
    allowed = {"AWS_ACCESS_KEY_ID": "mlflow", "SENTIMENT_SMTP_PASSWORD_FILE": "/run/secrets/"}
    for name, value in words:
        assert value.startswith(("${", allowed.get(name, "${"))), name


def test_files_made_on_the_server_are_private_and_ignored_by_git(prepared: Path) -> None:
    for name in (".env", "certificates", "secrets", "backups"):
        assert (prepared / name).stat().st_mode & 0o077 == 0
        assert name.rstrip("/") in (DEPLOY / ".gitignore").read_text().replace("/", "").split()


def test_images_have_an_exact_version(filled: dict[str, Any]) -> None:
    for name, service in filled.items():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\S*", service["image"]), name


def test_mlflows_image_has_the_pinned_version(filled: dict[str, Any]) -> None:
    pins = (REPOSITORY / "requirements" / "constraints.txt").read_text().splitlines()
    _, version = filled["mlflow"]["image"].split(":")
    assert f"mlflow=={version}" in pins


def test_only_nginx_publishes_ports_and_only_alertmanager_sends_out(filled: dict[str, Any]) -> None:
    open_networks = {
        name for name, network in COMPOSE["networks"].items() if not network.get("internal")
    }
    assert open_networks == {"edge", "mail"}
    assert {name for name in STANDING if filled[name].get("ports")} == {"nginx"}
    out = {name for name in STANDING if networks_of(filled[name]) & open_networks}
    assert out == {"nginx", "alertmanager"}
    public = [port for port in filled["nginx"]["ports"] if not port.startswith("127.0.0.1:")]
    assert public == ["80:8080", "443:8443"]


def test_services_have_limits_health_checks_and_a_restart_policy(filled: dict[str, Any]) -> None:
    for name, service in filled.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name
        if name in STANDING - {"alertmanager-configuration"}:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_mounted_files_exist(filled: dict[str, Any], prepared: Path) -> None:
    for name, service in filled.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (prepared / source).exists(), (name, source)
            elif source.startswith("../"):
                assert (DEPLOY / source).exists(), (name, source)
            elif not source.startswith("/"):
                assert source in COMPOSE["volumes"], (name, source)


def test_watchtower_updates_the_replicas_alone(filled: dict[str, Any]) -> None:
    labelled = {name for name, service in filled.items() if "labels" in service}
    assert "--label-enable" in COMPOSE["services"]["watchtower"]["command"]
    assert labelled == {"sentiment-a", "sentiment-b"}
    for name in labelled:
        assert filled[name]["labels"] == {"com.centurylinklabs.watchtower.enable": "true"}


@pytest.mark.server
def test_the_third_failure_of_a_health_check_ends_the_container(
    prepared: Path, tmp_path: Path
) -> None:
    port = free_port()
    serve = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    # One process stands for the container, another one answers the checks. The second ends first.
    container = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    check = [
        *(sys.executable, str(prepared / "sentiment" / "health_check.py")),
        *(f"http://127.0.0.1:{port}/", str(container.pid)),
    ]

    def healthy() -> bool:
        environment = {"TMPDIR": str(tmp_path)}
        return subprocess.run(check, env=environment, check=False).returncode == 0

    assert [healthy() for _ in range(4)] == [False] * 4
    assert container.poll() is None, "failures during start-up count"
    answering = subprocess.Popen(serve, cwd=tmp_path, stderr=subprocess.DEVNULL)
    while not healthy():
        assert answering.poll() is None
    answering.kill()
    answering.wait()
    assert [healthy(), healthy()] == [False, False]
    assert container.poll() is None
    assert not healthy()
    assert container.wait(30) != 0
