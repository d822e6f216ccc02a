"""The feedback loop with real tweets, from feedback over HTTP to the verdict of the gate."""
