"""Inference on the CPU: ONNX Runtime, batches, quantization to 8-bit integers.

Several families share it. The export of a network to ONNX belongs to its family.
"""
