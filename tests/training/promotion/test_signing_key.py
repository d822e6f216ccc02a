"""The key pair that signs champions is made once, private, and checked before use."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.artifacts.signature import PUBLIC_KEY
from tests.support.signing_keys import make_key_pair
from training.errors import PromotionError
from training.promotion.signing_key import require_signing_key

pytestmark = pytest.mark.unit


@pytest.fixture
def other_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    return make_key_pair(tmp_path / "other", monkeypatch)


def test_a_key_pair_is_made_once_and_only_its_owner_reads_the_private_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    private = make_key_pair(tmp_path / "data", monkeypatch)
    before = private.read_bytes()
    assert private.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in private.with_name(PUBLIC_KEY).read_bytes()
    assert require_signing_key().read_bytes() == before
    assert sorted(path.name for path in private.parent.iterdir()) == [
        PUBLIC_KEY,
        "model_signing_key.pem",
    ]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_private_key_that_others_can_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    private = make_key_pair(tmp_path / "data", monkeypatch)
    private.chmod(mode)
    with pytest.raises(PromotionError, match=r"others can read .*: chmod 600"):
        require_signing_key()


def test_a_public_key_of_another_pair_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, other_key: Path
) -> None:
    private = make_key_pair(tmp_path / "data", monkeypatch)
    shutil.copy(other_key.with_name(PUBLIC_KEY), private.with_name(PUBLIC_KEY))
    with pytest.raises(PromotionError, match="is not the public key of"):
        require_signing_key()


def test_the_variable_names_another_private_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, other_key: Path
) -> None:
    make_key_pair(tmp_path / "data", monkeypatch)
    (tmp_path / "data" / PUBLIC_KEY).unlink()
    monkeypatch.setenv("SENTIMENT_SIGNING_KEY", str(other_key))
    assert require_signing_key() == other_key
    public = tmp_path / "data" / PUBLIC_KEY
    assert public.read_bytes() == other_key.with_name(PUBLIC_KEY).read_bytes()
    monkeypatch.setenv("SENTIMENT_SIGNING_KEY", str(tmp_path / "nowhere.pem"))
    with pytest.raises(PromotionError, match=r"nowhere\.pem, which is missing"):
        require_signing_key()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no key", "holds no private key"),
        (
            generate_private_key(65537, 2048).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            "holds no elliptic key",
        ),
    ],
)
def test_a_file_without_an_elliptic_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, message: str
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(content)
    own.chmod(0o600)
    monkeypatch.setenv("SENTIMENT_SIGNING_KEY", str(own))
    with pytest.raises(PromotionError, match=message):
        require_signing_key()
