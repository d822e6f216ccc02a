"""Mentions: tweets about the user, scored one by one and counted by source."""
