"""Arithmetic of training: bfloat16 or float32."""

import torch


def trains_in_bfloat16(precision: str) -> bool:
    """Whether training computes in bfloat16. ``auto``: if the hardware has bfloat16."""
    if precision != "auto":
        return precision == "bfloat16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
