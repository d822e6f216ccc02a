import json

from serving.app import create_app
from serving.settings import Settings


def test_generators_of_clients_know_every_array_of_the_document() -> None:
    # openapi-generator has no type for an array whose items differ.
    assert "prefixItems" not in json.dumps(create_app(Settings()).openapi())


def test_each_operation_has_a_short_name_of_its_own() -> None:
    operations = [
        operation["operationId"]
        for path in create_app(Settings()).openapi()["paths"].values()
        for operation in path.values()
    ]
    assert len(set(operations)) == len(operations)
    assert {"predict", "predict_batch", "feedback", "models", "infer"} <= set(operations)
