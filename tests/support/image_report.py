"""The report ``reports/image.md``: measured figures of the image."""

from tests.support.champions import REPOSITORY

# Values by the names of the figures.
Figures = dict[str, str]


def write_report(figures: Figures) -> None:
    rows = "".join(f"| {name} | {value} |\n" for name, value in figures.items())
    report = REPOSITORY / "reports" / "image.md"
    report.parent.mkdir(exist_ok=True)
    report.write_text(f"### The image\n\n| figure | value |\n|---|---|\n{rows}", encoding="utf-8")
