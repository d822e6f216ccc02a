"""Write Prometheus's rules as a PrometheusRule: ``python -m deploy.kubernetes.prometheus_rule``.

Kustomize cannot embed a file of another folder into a resource.
"""

from pathlib import Path

import yaml

_RULES = Path(__file__).parents[2] / "monitoring" / "prometheus" / "rules"
RESOURCE = Path(__file__).parent / "components" / "monitoring" / "prometheus_rule.yaml"


class _Dumper(yaml.SafeDumper):
    """Indents lists and writes multi-line texts as literal blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def prometheus_rule() -> str:
    """The PrometheusRule as YAML, with the groups of all rule files."""
    groups = [
        group
        for path in sorted(_RULES.glob("*.yaml"))
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
    ]
    resource = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "sentiment"},
        "spec": {"groups": groups},
    }
    text = yaml.dump(resource, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return f"# Written by make kubernetes-rules from monitoring/prometheus/rules.\n{text}"


if __name__ == "__main__":
    RESOURCE.write_text(prometheus_rule(), "utf-8")
