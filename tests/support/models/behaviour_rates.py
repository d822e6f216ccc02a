"""The table of behavioural cases that each champion passes, at the end of a test run."""

import pytest

# Passed cases and all cases, by family and capability.
BehaviourRates = dict[tuple[str, str], tuple[int, int]]
BEHAVIOUR_RATES = pytest.StashKey[BehaviourRates]()


def write_behaviour_rates(terminal: pytest.TerminalReporter, rates: BehaviourRates) -> None:
    """Write a row for each capability and a column for each family."""
    families = sorted({family for family, _ in rates})
    capabilities = list(dict.fromkeys(capability for _, capability in rates))
    terminal.section("behaviour of the champions: cases passed")
    terminal.write_line(" " * 24 + "".join(f"{family:>14}" for family in families))
    for capability in capabilities:
        shares = [rates[family, capability] for family in families]
        cells = [f"{passed:>7}/{cases} {passed / cases:4.0%}" for passed, cases in shares]
        terminal.write_line(f"{capability:<24}{''.join(cells)}")
