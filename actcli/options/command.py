"""Wraps a command: groups of options that it takes as one record become options, and the result it returns is shown."""

import gc
import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.options.output import World, world
from actcli.options.reading import reading
from actcli.options.typed import FLOAT_DIGITS
from actcli.render.show import show
from actcli.results import Result

# A parameter of one of these types stands for all the options that its maker takes.
_GROUPS: Mapping[Any, Callable[..., Any]] = {World: world, Reading: reading}


def shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the groups it names, after its own, and show the result it returns.

    The command's first parameter is the World; one without it stays as it is. Returns a function of those options
    that gives the exit code.
    """
    parameters = inspect.signature(command).parameters
    if "world" not in parameters:
        return command
    makers = {name: _GROUPS[each.annotation] for name, each in parameters.items() if each.annotation in _GROUPS}
    options = [each for name, each in parameters.items() if name not in makers]
    for maker in reversed(makers.values()):  # input before output
        options += inspect.signature(maker).parameters.values()

    @wraps(command)
    def run(**given: Any) -> int:
        if not gc.isenabled():  # see __main__: all imports are done, and none of them is garbage
            gc.freeze()
            gc.enable()
        is_certifying = "exact" in given
        for name, maker in makers.items():
            given[name] = maker(**{option: given.pop(option) for option in inspect.signature(maker).parameters})
        asked: World = given["world"]
        if not is_certifying and (asked.presentation.digits or 0) > FLOAT_DIGITS:
            raise UsageError(f"this command shows at most {FLOAT_DIGITS} digits", "eval, grad and softmax certify more")
        result: Result = command(**given)
        return show(result, asked.presentation, asked.terminal)

    options = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in options]
    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in options}
    return run
