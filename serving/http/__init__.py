"""Parts that all routes share: errors, metrics, OpenAPI, pages, and middleware."""
