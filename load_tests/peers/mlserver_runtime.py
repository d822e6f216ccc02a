"""MLServer with its adaptive batching: a custom runtime around a transformers pipeline."""

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
        labels = [prediction["label"] for prediction in self.classify(texts, batch_size=len(texts))]
        return InferenceResponse(
            model_name=self.name, outputs=[StringCodec.encode_output("label", labels)]
        )
