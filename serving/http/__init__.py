"""HTTP matters that all routes share: errors, limits, the OpenAPI document, the admin key."""
