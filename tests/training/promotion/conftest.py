import pytest

from tests.training.promotion.run_history import RunHistory, train_and_promote


@pytest.fixture(scope="package")
def history(tmp_path_factory: pytest.TempPathFactory) -> RunHistory:
    return train_and_promote(tmp_path_factory.mktemp("workplace"))
