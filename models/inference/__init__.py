"""Inference on the CPU that several families share: ONNX Runtime, batches, 8-bit integers.

The export of a family's network to ONNX belongs to that family.
"""
