"""The survey of the files that a command read: rows, columns, labels, faults."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Survey:
    """The content of the files of ``place``; counts are of rows.

    - ``files``: format, encoding, header and columns of each file, by name;
    - ``meanings``: the meaning of each label value, such as "4: positive", or the rating's scale;
    - ``labels``: kept rows by "negative", "neutral" and "positive";
    - ``dropped``: rows by reason; ``side_file`` keeps those that could not be used;
    - ``longest``: the number of characters of the longest text, and its place;
    - ``languages``: shares of a sample of the texts.
    """

    place: str
    files: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    meanings: list[str] = field(default_factory=list)
    read: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    side_file: str | None = None
    longest: tuple[int, str] = (0, "")
    languages: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return self.read - self.dropped.total()
