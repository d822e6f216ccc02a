"""MLServer with its adaptive batching: a runtime of one's own on a transformers pipeline."""

import os

from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse
from transformers import pipeline


class Sentiment(MLModel):
    async def load(self) -> bool:
        self.classify = pipeline("text-classification", model=os.environ["MODEL"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        texts = StringCodec.decode_input(payload.inputs[0])
        labels = [found["label"] for found in self.classify(texts, batch_size=len(texts))]
        return InferenceResponse(
            model_name=self.name, outputs=[StringCodec.encode_output("label", labels)]
        )
