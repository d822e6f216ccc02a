"""``python -m training history``: which model served when, and why it changed."""

from training.commands.options.arguments import FamilyName, known_family
from training.commands.output.terminal import console


def history(family: FamilyName) -> None:
    """Show the champions and challengers of a family, from when to when, and why each changed."""
    from training.commands.output.promotion_tables import history_table
    from training.promotion.history import read_history

    name = known_family(family)
    found = read_history(name)
    if not found.periods:
        console.print(f"the registry has recorded no champion of {name}")
    else:
        console.print(history_table(name, found.periods))
    if found.warning:
        console.print(f"warning: {found.warning}", soft_wrap=True)
