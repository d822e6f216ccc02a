"""Reports: documents of results and cards, the drift study, the report of kept feedback."""
