"""Traffic: tweets, closed and open loops of requests, bursts, the ramp of users."""
