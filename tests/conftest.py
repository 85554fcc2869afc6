"""Options of the test run."""

import os

import pytest
from hypothesis import settings

# The checks of a change must not depend on luck; whoever looks for new trouble leaves CI unset.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="ten times as many points a function")


@pytest.fixture(scope="session")
def density(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of points to try."""
    return 10 if request.config.getoption("--slow") else 1
