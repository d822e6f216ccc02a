"""``/admin/models``: the versions that each worker serves, and changes to another version."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError

from models.artifacts.store import find_version
from serving.http.access.admin_key import AdminKey
from serving.http.errors import ApiError
from serving.http.openapi import error_responses
from serving.model_changes.report import ModelChanges
from serving.model_changes.schemas import ModelChangeRequest, ModelsReport
from serving.prediction.served_models import ServedModels
from serving.settings import Settings

_LATEST = "latest"


def create_router(settings: Settings) -> APIRouter:
    key = AdminKey(settings.admin_key.get_secret_value())
    router = APIRouter(prefix="/admin", dependencies=[Depends(key)])
    router.get("/models", responses=error_responses(401, 403, 429))(served_versions)
    router.post(
        "/models",
        response_model=ModelsReport,
        responses={
            202: {"model": ModelsReport, "description": "The change begins."},
            **error_responses(400, 401, 403, 404, 409, 413, 415, 429),
        },
    )(change_model)
    return router


def served_versions(request: Request) -> ModelsReport:
    """The version of each model that each worker serves, and the running or last change."""
    changes: ModelChanges = request.app.state.model_changes
    return changes.report()


def change_model(request: Request, body: ModelChangeRequest, response: Response) -> ModelsReport:
    """Serve another version of a model, without a restart.

    202: the change begins. `GET /admin/models` shows its end. The previous version answers until
    each worker has loaded the new one. 200: all workers serve the version already.
    """
    changes: ModelChanges = request.app.state.model_changes
    models: ServedModels = request.app.state.models
    if body.model not in models:
        reason = f"Value error, choose one of {', '.join(models)}"
        raise RequestValidationError([{"loc": ("body", "model"), "msg": reason}])
    version = find_version(body.model, "champion", body.version or _LATEST)
    if version is None:
        raise ApiError(
            HTTPStatus.NOT_FOUND,
            f"the model store holds no {body.model} ({body.version or _LATEST})",
        )
    report = changes.report()
    if report.change_runs:
        raise _running_change()
    (served,) = [model for model in report.models if model.name == body.model]
    if {served.version, *(worker.version for worker in served.workers)} == {version}:
        return report
    if not changes.request(body.model, version):
        raise _running_change()
    response.status_code = HTTPStatus.ACCEPTED
    return changes.report()


def _running_change() -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, "another change of a model runs: try again after its end")
