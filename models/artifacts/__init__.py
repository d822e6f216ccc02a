"""Trained models on disk: the model folder with its manifest, and the BentoML model store.

MLflow's registry belongs to ``training.tracking``.
"""
