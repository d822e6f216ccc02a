"""Transformer family: a pre-trained checkpoint, fine-tuned in PyTorch with transformers."""
