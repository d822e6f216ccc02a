"""FastAPI and a transformers pipeline, one text at a time."""

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
    (found,) = classify(tweet.text)
    return found
