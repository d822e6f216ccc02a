from pathlib import Path

import pytest

from serving.secret import SecretFileError, load_or_create_secret


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    secret = load_or_create_secret(folder)
    assert len(secret) >= 48
    assert load_or_create_secret(folder) == secret
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_or_create_secret(tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(mode)
    with pytest.raises(SecretFileError, match=f"chmod 600 {file}"):
        load_or_create_secret(tmp_path)


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    load_or_create_secret(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text("")
    with pytest.raises(SecretFileError, match="has no secret"):
        load_or_create_secret(tmp_path)
