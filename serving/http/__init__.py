"""Parts that all routes share: connections, bodies, errors, metrics, OpenAPI, keys, limits."""
