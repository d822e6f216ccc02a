"""The service behind the HTTP contract: schemas, batching, tokens, feedback, metrics."""
