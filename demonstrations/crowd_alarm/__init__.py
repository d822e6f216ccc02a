"""The alarm for a burst of negative mentions: simulation of its thresholds, and a replay."""
