"""Export of a transformer as an ONNX graph."""

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def export(network: "PreTrainedModel", path: Path) -> None:
    """Write the graph: ids and attention mask, both (n, t), int64 → logits, (n, k), float32."""
    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.network(
                input_ids=input_ids, attention_mask=attention_mask
            ).logits
            return logits

    # The exporter warns about operators that only torchvision would register.
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
    device = network.device
    network.to("cpu").eval()
    # Eager attention exports to fewer operators than torch's fused attention.
    network.set_attn_implementation("eager")
    # Two rows of unequal length: the exporter would take a dimension of size 1 for a constant.
    ids = torch.ones((2, 7), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 4:] = 0
    free = {0: torch.export.Dim("n"), 1: torch.export.Dim("t")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits(),
            (ids, mask),
            path,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={"input_ids": free, "attention_mask": free},
            opset_version=18,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    network.to(device)
