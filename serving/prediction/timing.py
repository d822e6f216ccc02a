"""The time of a request, by stage."""

import time
from dataclasses import dataclass, field


@dataclass
class RequestTiming:
    """Seconds that one request spent in the queue, in tokenization and in inference.

    ``started`` and ``scored_until`` are times of ``time.perf_counter``: when the request was
    received, and when its latest call of the scorer ended. A runner service does not report its
    tokenization: there ``infer_s`` includes it.
    """

    queue_s: float = 0.0
    tokenize_s: float = 0.0
    infer_s: float = 0.0
    started: float = field(default_factory=time.perf_counter)
    scored_until: float = 0.0

    def add_call(self, started: float, ended: float, tokenize_s: float) -> None:
        """Add a call of the scorer. The time in which two calls overlap counts once."""
        seconds = ended - max(started, self.scored_until)
        self.scored_until = ended
        self.tokenize_s += min(tokenize_s, seconds)
        self.infer_s += max(0.0, seconds - tokenize_s)

    def server_timing(self) -> str:
        """The header ``Server-Timing`` (W3C), in milliseconds; ``respond`` is the remainder."""
        total = time.perf_counter() - self.started
        stages = {"queue": self.queue_s, "tokenize": self.tokenize_s, "infer": self.infer_s}
        stages["respond"] = total - sum(stages.values())
        return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in stages.items())
