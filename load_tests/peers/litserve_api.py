"""LitServe with its batching around a transformers pipeline."""

import os
import sys
from typing import Any

import litserve
from transformers import pipeline


class Sentiment(litserve.LitAPI):
    def setup(self, device: str) -> None:
        self.classify = pipeline("text-classification", model=os.environ["MODEL"], device=device)

    def decode_request(self, request: dict[str, str]) -> str:
        return request["text"]

    def predict(self, texts: list[str]) -> list[Any]:
        return self.classify(list(texts), batch_size=len(texts))

    def encode_response(self, prediction: Any) -> Any:
        return prediction


if __name__ == "__main__":
    api = Sentiment(max_batch_size=32, batch_timeout=0.005)
    server = litserve.LitServer(api, accelerator="cpu")
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
