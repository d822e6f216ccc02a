"""Try a running service's contract from outside: ``try_contract.py URL``. Standard library only."""

import json
import sys
import time
import urllib.error
import urllib.request

_PATIENCE_S = 120


def request(url: str, body: object = None) -> tuple[int, str]:
    """Status and text; POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(url, data, headers)  # noqa: S310 # given by test.sh
    try:
        with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")


def main(url: str) -> None:
    started = time.monotonic()
    while request(f"{url}/readyz")[0] != 200:
        if time.monotonic() - started > _PATIENCE_S:
            raise SystemExit("it did not get ready")
        time.sleep(0.2)
    sys.stdout.write(f"ready after {time.monotonic() - started:.1f} s\n")

    status, text = request(f"{url}/predict", {"text": "What a lovely flight!"})
    expect("/predict", status, 200)
    prediction = json.loads(text)
    expect("label", prediction["label"], "positive")
    verdict = {"prediction_id": prediction["prediction_id"], "correct": True}
    expect("/feedback", request(f"{url}/feedback", verdict)[0], 200)
    expect("/feedback again", request(f"{url}/feedback", verdict)[0], 409)
    status, text = request(f"{url}/predict", {"text": ""})
    expect("an empty text", status, 400)
    expect("its error", json.loads(text)["error"], "invalid request")
    expect("/admin/feedback", request(f"{url}/admin/feedback")[0], 403)
    for path in ("/livez", "/models", "/metrics", "/ui", "/docs.json"):
        expect(path, request(f"{url}{path}")[0], 200)
    sys.stdout.write("the contract holds\n")


if __name__ == "__main__":
    main(sys.argv[1])
