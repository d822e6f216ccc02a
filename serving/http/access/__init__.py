"""Access to routes: API keys and the admin key, failed attempts, rate limits."""
