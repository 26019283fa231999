"""Where both programs start: says in one sentence when a package of another distribution stands in the way of ours.

The names of our packages are common words, so this one has a name that nobody else uses. It looks at the first line of each of them
before anything of it is run: code of somebody else never runs in a program that guards removals.
"""

import os
import shlex
import signal
import site
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

OURS = {
    "console": '"""The program the operator sees',
    "topology": '"""The domain: a region',
    "resources": '"""The data that ships with the program',
}
"""How the first line of each of our packages begins."""
MODULE = __name__
AGAIN = "Install Underkeel's wheel again, in an environment of its own: pipx install underkeel-VERSION-py3-none-any.whl"


def main() -> int:
    """Start `underkeel` with the words it was called with; gives the exit status."""
    return start(sys.argv[1:])


def open_window() -> int:
    """Start `underkeel-console`, as a menu does: the window, without a word."""
    return start(())


def start(words: Sequence[str]) -> int:
    """Run the program, if all of it is ours; gives the exit status.

    Ctrl+C ends it as it ends any other while nothing of it could say so: before it is loaded, and once it is over.
    """
    waits = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not where it is to be passed over
    if not waits:
        return _start(words)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return _start(words, lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _start(words: Sequence[str], loaded: Callable[[], object] = lambda: None) -> int:
    for name in OURS:
        trouble = in_the_way(name, words)
        if trouble:
            _say(trouble)
            return 2
    from console.app.cli import main as run

    loaded()
    return run(words)


def in_the_way(name: str, words: Sequence[str] = ()) -> str:
    """Say what Python finds in place of our package *name*, and what to type instead; empty where it finds ours."""
    found = find_spec(name)
    place = _place(found)
    if place is None:
        return f"Underkeel's own package {name} is not here. {AGAIN}"
    if _is_ours(place, OURS[name]):
        return ""
    if place.parent in (_own_folder() / name, _own_folder()):
        return f"The package {name} that Python finds, {place}, is no longer Underkeel's own{_whose(name)}. {AGAIN}"
    said = f"The package {name} that Python finds, {place}, is not Underkeel's own{_whose(name)}"
    folder = place.parent.parent if place.name == "__init__.py" else place.parent
    if folder in _sites():
        return f"{said}. {AGAIN}"
    return f"{said}, and comes first. Move it out of the way, or type: {line(words)}"


def line(words: Sequence[str]) -> str:
    """Give what starts this program with nothing before it in Python's path."""
    python = [sys.executable, "-P", "-m", MODULE, *words]
    searched = os.environ.get("PYTHONPATH", "")
    if not searched:
        return shlex.join(python)
    # Where we are found by that variable ourselves, it has to stay, with nothing else in it.
    own = str(_own_folder())
    by_it = own in (os.path.realpath(place) for place in searched.split(os.pathsep) if place)
    return shlex.join(["env", *([f"PYTHONPATH={own}"] if by_it else ["-u", "PYTHONPATH"]), *python])


def _place(found: ModuleSpec | None) -> Path | None:
    """Give the file of a package; of one without a file of its own, its folder."""
    if found is None:
        return None
    if found.has_location and found.origin:
        return Path(found.origin).resolve()
    folders = list(found.submodule_search_locations or ())
    return Path(folders[0]).resolve() if folders else Path(found.origin or found.name)


def _is_ours(place: Path, beginning: str) -> bool:
    try:
        with place.open("rb") as file:
            return file.read(len(beginning)) == beginning.encode()
    except OSError:
        return False


def _own_folder() -> Path:
    return Path(__file__).resolve().parent.parent


def _sites() -> set[Path]:
    """Give the folders into which distributions are installed."""
    return {Path(place).resolve() for place in (*site.getsitepackages(), site.getusersitepackages())}


def _whose(name: str) -> str:
    """Name the other distribution that brought a package, where it is known."""
    from importlib.metadata import packages_distributions

    others = [one for one in packages_distributions().get(name, []) if one.lower() != "underkeel"]
    return f" (it is of the distribution {others[0]}: pip uninstall {others[0]})" if others else ""


def _say(sentence: str) -> None:
    if sys.stderr is not None:
        shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in sentence)
        sys.stderr.write(f"{shown}\n")
