"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="ten times as many points a function")


@pytest.fixture(scope="session")
def density(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of points to try."""
    return 10 if request.config.getoption("--slow") else 1
