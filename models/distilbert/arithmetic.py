"""Arithmetic of the training steps: bfloat16 or float32."""

import torch


def trains_in_bfloat16(precision: str) -> bool:
    """Whether to train so; ``auto`` asks whether the device computes in bfloat16 by itself."""
    if precision != "auto":
        return precision == "bfloat16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
