"""A guard for methods that Qt calls: an error in one is reported, and neither ends the process nor leaves Qt unanswered.

Slots need none of it: PySide reports their errors by itself.
"""

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Default = TypeVar("Default")


def reported_or(default: Default) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result | Default]]:
    """Guard an overridden Qt method: an error goes to `sys.excepthook`, and Qt is told *default*.

    PySide6 6.11 would keep such an error and raise it out of whatever call into Qt is under way, which may be the one that runs
    the event loop. On Python 3.11 it is worse for errors of functions written in C (`int("x")`, a wrong argument to Qt): these
    travel unfinished, their value a bare text, which PySide takes for an exception object, and the process dies.
    """

    def guard(method: Callable[Arguments, Result]) -> Callable[Arguments, Result | Default]:
        @wraps(method)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result | Default:
            try:
                return method(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - nothing may pass from here into Qt; the hook decides
                sys.excepthook(type(error), error, error.__traceback__)
                # A painter that lives in a frame of the traceback would still paint on what Qt is about to take away.
                traceback.clear_frames(error.__traceback__)
            return default

        return call

    return guard


def reported(method: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Guard an overridden Qt method that answers nothing, as `reported_or` does."""
    return reported_or(None)(method)
