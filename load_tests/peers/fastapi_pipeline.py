"""FastAPI and a transformers pipeline, without batching."""

import os

from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline

app = FastAPI()
classify = pipeline("text-classification", model=os.environ["MODEL"])


class Tweet(BaseModel):
    text: str


@app.post("/predict")
def predict(tweet: Tweet) -> dict[str, object]:
    (prediction,) = classify(tweet.text)
    return prediction
