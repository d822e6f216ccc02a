"""``/schema.json``: the description that BentoML's own clients read."""

from typing import Any

from fastapi import APIRouter, Request

from serving.http.json_schema import without_references
from serving.http.openapi import CLIENT_ROUTES
from serving.http.schema_route import SCHEMA_PATH

_JSON = "application/json"

router = APIRouter()


@router.get(SCHEMA_PATH)
async def service_schema(request: Request) -> dict[str, Any]:
    """The routes that BentoML's clients can call, in the form of BentoML's `/schema.json`."""
    return bento_schema(request.app.openapi())


def bento_schema(document: dict[str, Any]) -> dict[str, Any]:
    """BentoML's description of a service, made of the OpenAPI ``document``.

    The description lists the routes without parameters that clients call by POST, the only method
    of BentoML's clients. The name of a route is its path.
    """
    definitions = document["components"]["schemas"]
    routes = []
    for path, operations in document["paths"].items():
        operation = operations.get("post")
        if operation is None or path not in CLIENT_ROUTES or "{" in path:
            continue
        body = operation["requestBody"]["content"][_JSON]["schema"]
        answer = operation["responses"]["200"]["content"][_JSON]["schema"]
        routes.append(
            {
                "name": path.removeprefix("/"),
                "route": path,
                "doc": operation["description"],
                "batchable": False,
                "input": without_references(body, definitions),
                "output": without_references(answer, definitions),
                "is_task": False,
            }
        )
    return {
        "name": document["info"]["title"],
        "type": "service",
        "description": document["info"]["summary"],
        "routes": routes,
        "paths": {path: {"mounted": True} for path in document["paths"]},
    }
