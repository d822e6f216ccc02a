"""Who may use a route, and how often: keys, failed attempts and rate limits."""
