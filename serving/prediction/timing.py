"""Where the time of a request goes."""

import time
from dataclasses import dataclass, field


@dataclass
class Stages:
    """Seconds of one request since it was made: waiting, reading the texts, scoring them.

    Reading is told apart from scoring where the model runs in the API worker. ``scored_until`` is
    when the latest call ended.
    """

    queue_s: float = 0.0
    tokenize_s: float = 0.0
    infer_s: float = 0.0
    started: float = field(default_factory=time.perf_counter)
    scored_until: float = 0.0

    def add_call(self, started: float, ended: float, tokenize_s: float) -> None:
        """A call of the scorer; what passes in two at a time passes once."""
        seconds = ended - max(started, self.scored_until)
        self.scored_until = ended
        self.tokenize_s += min(tokenize_s, seconds)
        self.infer_s += max(0.0, seconds - tokenize_s)

    def server_timing(self) -> str:
        """The header ``Server-Timing`` (W3C), in milliseconds; responding is what remains."""
        total = time.perf_counter() - self.started
        stages = {"queue": self.queue_s, "tokenize": self.tokenize_s, "infer": self.infer_s}
        stages["respond"] = total - sum(stages.values())
        return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in stages.items())
