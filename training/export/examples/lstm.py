"""Score texts with ONNX Runtime: ``python example.py "The crew was lovely"``."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

folder = Path(__file__).resolve().parent
sys.path.insert(0, str(folder))
from models.lstm.vocabulary import encode, pad, split_words

model, words, architecture = (
    json.loads((folder / name).read_text(encoding="utf-8"))
    for name in ("model.json", "vocabulary.json", "architecture.json")
)
network = onnxruntime.InferenceSession(folder / "network.onnx")
for text in sys.argv[1:]:
    found = split_words(text, architecture["normalisation"])
    ids = pad([encode(found, words, architecture["max_tokens"])])
    (logits,) = network.run(None, {"ids": ids})[0]
    powers = np.exp(model["scale"] * logits + model["biases"])
    probability = float((powers[-1] + (powers.sum() - powers[0] - powers[-1]) / 2) / powers.sum())
    label = "positive" if probability >= model["threshold"] else "negative"
    print(json.dumps({"text": text, "label": label, "probability": round(probability, 6)}))
