"""What training and serving share: normalisation, families of models, scoring, the model store."""
