"""``python -m training bootstrap``: a champion of every family from the embedded data set."""

from models.registry import FAMILIES
from training.commands.arguments import Seed
from training.commands.champions import stored_champions
from training.commands.terminal import console


def bootstrap(seed: Seed = 7) -> None:
    """Train and promote each champion that the model store lacks, on the embedded data set."""
    missing = [name for name in FAMILIES if name not in stored_champions()]
    if not missing:
        console.print("every family has a champion in the model store")
        return
    console.print(f"training on the embedded data set: {', '.join(missing)}")
    from training.bootstrap import train_and_promote

    for line in train_and_promote(missing, seed):
        console.print(line)
