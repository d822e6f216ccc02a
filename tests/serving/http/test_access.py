from serving.app import create_app
from serving.http.access import GUARDED
from serving.settings import Settings

OPEN = {"/ui", "/ui/{file}", "/metrics", "/livez", "/readyz", "/docs.json", "/"}


def test_every_route_is_guarded_open_or_of_the_operator() -> None:
    paths = set(create_app(Settings()).openapi()["paths"])
    assert paths >= GUARDED
    assert {path for path in paths - GUARDED - OPEN if not path.startswith("/admin/")} == set()
