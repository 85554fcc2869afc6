"""What NumPy users import: kernels and catalog, their public names, their documented examples, arrays of any shape."""

import doctest
from importlib import import_module
from importlib.resources import files

import numpy as np
import pytest

from actcli import catalog, kernels
from actcli.catalog import ENTRIES, FUNCTIONS, Activation, find

PUBLIC = {
    "ENTRIES",
    "FUNCTIONS",
    "VECTOR_FUNCTIONS",
    "Activation",
    "Entry",
    "Function",
    "FunctionParameter",
    "Kernels",
    "Limits",
    "VectorActivation",
    "VectorFunction",
    "all_names",
    "description",
    "find",
    "folded",
}


@pytest.mark.parametrize("module", ["actcli.kernels", "actcli.catalog", "actcli.catalog.lookup"])
def test_documented_examples_are_true(module: str) -> None:
    failed, tried = doctest.testmod(import_module(module))
    assert tried > 0
    assert failed == 0


def test_the_public_surface_of_the_catalogue_is_what_it_was() -> None:
    assert set(catalog.__all__) == PUBLIC
    assert all(hasattr(catalog, name) for name in PUBLIC)


@pytest.mark.parametrize("name", kernels.__all__)
def test_every_kernel_says_what_it_gives(name: str) -> None:
    shown = getattr(kernels, name).__doc__
    assert shown
    assert shown.partition("\n")[0].endswith((".", ":"))


@pytest.mark.parametrize("shape", [(), (0,), (6,), (2, 3), (2, 0, 3), (1, 2, 3)])
@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_shapes_are_kept_and_inputs_untouched(entry: catalog.Function, shape: tuple[int, ...]) -> None:
    activation = find(entry.name)
    assert isinstance(activation, Activation)
    x = np.linspace(-3, 3, int(np.prod(shape))).reshape(shape)
    before = x.copy()
    for order in range(3):
        answer = activation.order(order, x)
        assert answer.shape == shape
        assert answer.dtype == np.float64
    assert (x == before).all()


def test_the_package_is_typed() -> None:
    assert (files("actcli") / "py.typed").is_file()


def test_every_entry_is_found_by_every_name_it_lists() -> None:
    for entry in ENTRIES:
        for name in (entry.name, entry.shown_name):
            found = find(name)
            assert found.entry is entry
