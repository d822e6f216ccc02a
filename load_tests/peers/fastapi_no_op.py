"""FastAPI with a constant answer: the upper bound of HTTP and JSON."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Tweet(BaseModel):
    text: str


@app.post("/predict")
async def predict(tweet: Tweet) -> dict[str, object]:
    return {"label": "positive", "score": 0.5}
