"""Score texts with ONNX Runtime: ``python example.py "The crew was lovely"``."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = Path(__file__).resolve().parent
sys.path.insert(0, str(folder))
from models.text.normalization import normalize_light

model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
options = onnxruntime.SessionOptions()
options.add_session_config_entry("session.x64quantprecision", "1")
network = onnxruntime.InferenceSession(folder / "network.onnx", options)
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
for text in sys.argv[1:]:
    ids = np.array([tokenizer.encode(normalize_light(text)).ids])
    (logits,) = network.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    powers = np.exp(model["scale"] * logits + model["biases"])
    probability = float((powers[-1] + (powers.sum() - powers[0] - powers[-1]) / 2) / powers.sum())
    label = "positive" if probability >= model["threshold"] else "negative"
    print(json.dumps({"text": text, "label": label, "probability": round(probability, 6)}))
