"""Parts that all routes share: connections, bodies, errors, metrics, OpenAPI, the admin key."""
