import json

from serving.app import create_app
from serving.routes.bento_schema import bento_schema
from serving.settings import Settings


def test_clients_find_the_four_routes_with_input_and_output() -> None:
    schema = bento_schema(create_app(Settings()).openapi())
    assert "$ref" not in json.dumps(schema)
    routes = {route["name"]: route for route in schema["routes"]}
    assert {name: route["route"] for name, route in routes.items()} == {
        "predict": "/predict", "predict_batch": "/predict_batch",
        "feedback": "/feedback", "models": "/models",
    }  # fmt: skip
    inputs = {name: (set(route["input"]["properties"])) for name, route in routes.items()}
    assert inputs == {
        "predict": {"text", "explain", "model"},
        "predict_batch": {"texts", "model", "source"},
        "feedback": {"prediction_id", "correct", "text", "consent"},
        "models": set(),
    }
    assert routes["predict"]["input"]["required"] == ["text"]
    readers = routes["predict"]["output"]["properties"]["readers"]["anyOf"][0]
    assert set(readers["properties"]) == {"negative", "neutral", "positive"}
    assert routes["models"]["output"]["type"] == "array"


def test_the_schema_lists_every_path_that_the_service_answers() -> None:
    document = create_app(Settings()).openapi()
    assert set(bento_schema(document)["paths"]) == set(document["paths"])
