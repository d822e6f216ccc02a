"""The packages of pyproject.toml, their pins, and the versions of Python."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.support.champions import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]


def requirements(group: str) -> Iterator[Requirement]:
    """The requirements of a group and of the groups in it (PEP 735)."""
    for entry in GROUPS[group]:
        if isinstance(entry, dict):
            yield from requirements(entry["include-group"])
        else:
            yield Requirement(entry)


def installed_names(group: str) -> set[str]:
    """The packages of a group and all that they need, by the metadata of the environment."""
    names: set[str] = set()
    waiting = list(requirements(group))
    seen = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        names.add(name)
        for text in distribution(name).requires or ():
            needed = Requirement(text)
            extras = ("", *requirement.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(needed)
    return names


def pins(file: str) -> dict[str, str]:
    lines = (REPOSITORY / "requirements" / file).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}


@pytest.mark.parametrize("group", ["serve", "page"])
def test_a_light_group_needs_neither_torch_nor_tensorflow(group: str) -> None:
    assert installed_names(group).isdisjoint({"torch", "tensorflow", "keras", "transformers"})


def test_every_package_has_a_pin_that_fits() -> None:
    pinned = pins("constraints.txt")
    for requirement in requirements("dev"):
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize(
    ("group", "file"), [("serve", "bento.txt"), ("serve-gpu", "bento-gpu.txt")]
)
def test_the_bento_has_the_packages_of_its_group(group: str, file: str) -> None:
    pinned = pins(file)
    assert {canonicalize_name(one.name) for one in requirements(group)} <= pinned.keys()
    constraints = pins("constraints.txt")
    for name, version in pinned.items():
        assert constraints.get(name, version) == version


def test_no_pin_prescribes_the_build_of_torch() -> None:
    of_cuda = re.compile(r"(cuda|nvidia)-(?!ml-py)|triton$")
    assert not [name for name in pins("constraints.txt") if of_cuda.match(name)]
    assert "+" not in pins("constraints.txt")["torch"]


def test_scripts_and_workflows_name_the_supported_versions_of_python() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    versions = [f"3.{minor}" for minor in range(30) if supported.contains(f"3.{minor}")]
    script = (REPOSITORY / "requirements" / "install_packages.sh").read_text(encoding="utf-8")
    assert f'versions="{" ".join(versions)}"' in script
    workflow = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == versions
