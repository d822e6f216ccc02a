"""The soak takes ten minutes. Of parallel pytest workers one begins with the soak."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != "test_soak.py")
