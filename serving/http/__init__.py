"""Parts that all routes share: errors, request limits, the OpenAPI document, keys, rates."""
