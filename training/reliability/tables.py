"""Markdown tables of the reliability document."""

from collections.abc import Mapping

from training.behaviour.rates import KindRate
from training.markdown import markdown_table
from training.reliability.figures import Figures, Resplits

_COLUMNS = {
    "rows": "rows",
    "ROC-AUC": "roc_auc",
    "macro-recall": "macro_recall",
    "calibration error": "calibration_error",
    "Manhattan distance": "manhattan_distance",
    "correlation of spread": "spread_correlation",
}
_CONFIDENT = {
    "precision": "precision_of_sided",
    "neutral rows as mistakes": "precision",
    "at the promised share": "precision_at_promise",
    "recall": "recall",
    "share of all rows": "share",
}


def quality_table(sets: Mapping[str, Mapping[str, Figures]]) -> str:
    """One row for each family and set of texts: quality of the predicted shares of readers."""
    rows = [
        [family, name, *(_cell(figures, key) for key in _COLUMNS.values())]
        for family, of_family in sets.items()
        for name, figures in of_family.items()
    ]
    return markdown_table(["family", "texts", *_COLUMNS], rows)


def confidence_table(sets: Mapping[str, Mapping[str, Figures]], label: str) -> str:
    """One row for each family and set of texts: confident answers of a label."""
    rows = []
    for family, of_family in sets.items():
        for name, figures in of_family.items():
            # Without a confident answer a precision of 0 means that there is none.
            known = {
                key: value for key, value in figures.items() if value or "precision" not in key
            }
            cells = [_cell(known, f"confident_{label}_{key}") for key in _CONFIDENT.values()]
            rows.append([family, name, *cells])
    return markdown_table(["family", "texts", *_CONFIDENT], rows)


def resplit_table(resplits: Mapping[str, Resplits]) -> str:
    """One row for each family and label: broken promises, halves without confident answers."""
    rows = [
        [family, label, str(outcomes.halves), str(broken), str(outcomes.silent[label])]
        for family, outcomes in resplits.items()
        for label, broken in outcomes.broken.items()
    ]
    return markdown_table(
        ["family", "label", "resplits", "promise broken", "no confident answer"], rows
    )


def behaviour_table(rates: Mapping[str, Mapping[str, KindRate]]) -> str:
    """One row for each kind: correct and confidently wrong cases of each family."""
    headings = ["kind", "cases"]
    for family in rates:
        headings += [f"{family}: correct", "confidently wrong"]
    kinds = next(iter(rates.values()))
    rows = []
    for kind, rate in kinds.items():
        row = [kind, str(rate.cases)]
        for of_family in rates.values():
            row += [str(of_family[kind].correct), str(of_family[kind].confident_mistakes)]
        rows.append(row)
    return markdown_table(headings, rows)


def _cell(figures: Figures, key: str) -> str:
    if key not in figures:
        return "-"
    return f"{figures[key]:,.0f}" if key == "rows" else f"{figures[key]:.3f}"
