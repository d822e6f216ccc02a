import pytest
from pydantic import BaseModel

from serving import schemas, tensors
from serving.app import create_app
from serving.http.openapi import EXAMPLES
from serving.mentions import report
from serving.model_changes import schemas as model_changes
from serving.settings import Settings


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_fits_its_schema(name: str) -> None:
    (model,) = {
        found
        for module in (schemas, tensors, model_changes, report)
        if (found := getattr(module, name, None)) is not None
    }
    assert issubclass(model, BaseModel)
    model.model_validate(EXAMPLES[name])


def test_every_route_of_the_contract_has_examples() -> None:
    document = create_app(Settings()).openapi()
    shown = document["components"]["schemas"]
    for path in ("/predict", "/predict_batch", "/feedback", "/models", "/admin/models"):
        operation = document["paths"][path]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]
        assert shown[asked["$ref"].rpartition("/")[2]]["examples"]
        for code, answer in operation["responses"].items():
            assert (
                code in ("200", "202") or answer["content"]["application/json"]["example"]["error"]
            )
