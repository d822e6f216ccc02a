"""A network of two parts: a pre-trained encoder, and a classification head on sentence embeddings.

The embedding of a sentence is the mean of its token states (N. Reimers & I. Gurevych,
"Sentence-BERT", 2019).
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

HEAD = "head.safetensors"
_HIDDEN = 256
_DROPOUT = 0.3


class SentenceClassifier(nn.Module):
    """Has the interface of a transformers model for sequence classification."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Sequential(
            nn.Dropout(_DROPOUT),
            nn.Linear(encoder.config.hidden_size, _HIDDEN),
            nn.ReLU(),
            nn.Dropout(_DROPOUT),
            nn.Linear(_HIDDEN, encoder.config.num_labels),
        )

    @classmethod
    def from_pretrained(cls, folder: Path) -> "SentenceClassifier":
        """The network that ``save_pretrained`` wrote."""
        encoder = AutoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
        network = cls(encoder)
        network.head.load_state_dict(load_file(folder / HEAD))
        return network

    def save_pretrained(self, folder: Path) -> None:
        """Write the encoder as transformers does, and the head as safetensors."""
        self.encoder.save_pretrained(folder)
        save_file(self.head.state_dict(), folder / HEAD)

    def set_attn_implementation(self, name: str) -> None:
        """As ``PreTrainedModel.set_attn_implementation``."""
        self.encoder.set_attn_implementation(name)

    @property
    def config(self) -> PretrainedConfig:
        """The encoder's configuration."""
        return self.encoder.config

    @property
    def device(self) -> torch.device:
        """The device of the weights."""
        return next(self.head.parameters()).device

    def embed(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Sentence embeddings, shape (n, d), of token ids and attention mask, both (n, t)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        means: torch.Tensor = (states * weights).sum(1) / weights.sum(1)
        return means

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> SequenceClassifierOutput:
        """``logits``, shape (n, k), of token ids and attention mask, both (n, t)."""
        return SequenceClassifierOutput(logits=self.head(self.embed(input_ids, attention_mask)))
