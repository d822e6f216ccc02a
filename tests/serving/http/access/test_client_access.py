from serving.app import create_app
from serving.http.openapi import CLIENT_ROUTES, CROWD_PATHS
from serving.settings import Settings

OPEN = {
    *("/ui", "/ui/{file}", "/metrics", "/livez", "/readyz", "/docs.json", "/docs/{file}", "/"),
    *("/schema.json", "/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{family}/ready"),
}


def test_every_route_needs_an_api_key_is_open_or_belongs_to_admin() -> None:
    paths = set(create_app(Settings()).openapi()["paths"])
    assert paths >= CLIENT_ROUTES
    assert {
        path
        for path in paths - CLIENT_ROUTES - OPEN
        if not path.startswith(("/admin/", *CROWD_PATHS))
    } == set()
