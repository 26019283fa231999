"""What every program here owes the terminal it is started in: text it can show, a status that is true, its own name.

What a command says is for the command; its arguments are `console.app.cli`'s.
"""

import errno
import os
import shlex
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from console.terminal.streams.plain_stream import plain

STARTED_AS = "UNDERKEEL_STARTED_AS"
"""Set by the set-up program: what an operator types before the arguments."""
LOG_LEVEL = "UNDERKEEL_LOG_LEVEL"
"""From which weight on something is logged: debug, info (where it is not set), warning or error."""
LEVELS = ("debug", "info", "warning", "error")
UNWRITTEN = 2
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def guarded(run: Callable[[], int]) -> int:
    """Run a program to its exit status; an interrupt and output that cannot be written never show a traceback."""
    _prepare()
    try:
        try:
            return run()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        _say("\nInterrupted. Nothing was changed.\n")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Whoever read the output had enough.
        _drop(sys.stdout)
        _drop(sys.stderr)
        return 128 + signal.SIGPIPE
    except OSError as error:
        if error.filename is not None:
            _say(_of_file(error))
            return UNWRITTEN
        if error.errno not in _UNWRITABLE:
            raise
        _drop(sys.stdout)
        _say(f"The output could not be written: {error.strerror or error}; send it to a place that takes it.\n")
        return UNWRITTEN


def _of_file(error: OSError) -> str:
    """Say of which file the system would not do what a command wanted, where the command does not speak of it itself."""
    import logging

    logging.getLogger(__name__).debug("A file could not be used", exc_info=error)
    return f"{str(error.filename)[:200]}: could not be used: {error.strerror or error}; see what it is, and who may read it.\n"


def log_level(default: str = "INFO") -> str:
    """Give the weight from which on something is logged, in capitals, as `logging` names it."""
    asked = os.environ.get(LOG_LEVEL, "")
    if not asked or asked.lower() in LEVELS:
        return asked.upper() or default
    _say(f"{LOG_LEVEL} is {asked!r}, and not one of {', '.join(LEVELS)}; what is logged is as if it were not set.\n")
    return default


def log_from(level: str) -> None:
    """Log from a weight on; of libraries nothing below info.

    What they say for debugging has whole arguments in it: descriptions, names of servers, what was typed, what is secret.
    """
    import logging

    logging.getLogger().setLevel("INFO" if level == "DEBUG" else level)
    for package in ("console", "topology"):
        logging.getLogger(package).setLevel(level)


def say_the_log() -> None:
    """Write to the terminal what is logged from here on, from debug where the level is not set."""
    import logging

    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    log_from(log_level("DEBUG"))


def own_command() -> str:
    """Give what the operator types to start this program again, from the folder it was started in."""
    started = os.environ.get(STARTED_AS, "")
    if started and started.isprintable():
        return started
    import shutil

    if shutil.which("underkeel"):
        return "underkeel"
    program = Path(sys.executable).with_name("underkeel")
    if program.exists():
        return shlex.quote(str(program))
    from importlib.util import find_spec

    module = "underkeel_start" if find_spec("underkeel_start") else "console.app.cli"  # a checkout has the second alone
    return f"{shlex.quote(sys.executable)} -m {module}"


def _prepare() -> None:
    """See that there are streams, that what they cannot encode is escaped, and that a terminal obeys nothing of it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (open to the end)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, plain(getattr(sys, name)))


def _drop(stream: TextIO) -> None:
    """Let what is still in a stream go nowhere: Python would complain about it once more at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _say(sentence: str) -> None:
    try:
        sys.stderr.write(sentence)
        sys.stderr.flush()
    except OSError:
        _drop(sys.stderr)
