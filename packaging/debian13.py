"""The tests on Python 3.13, in a bare Debian 13: `python3 packaging/debian13.py [PYTEST-ARGUMENT ...]`.

debootstrap makes the root, in the cache folder, where it is kept for the next run. A clean copy of the project goes into it, and
there bootstrap.py does what it does for anybody with nothing but python3. Without arguments the tests of the core, of the
set-up and of the console run, and some of etcd. How this machine reaches its mirrors and registries holds in the root, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import carried
import checks
import system_packages
from children import SetupError, call, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUITE = "trixie"
PACKAGES = "python3,ca-certificates"
STAMP = "underkeel-made"
PROJECT = Path("srv/underkeel")
REPORT = Path("tmp/underkeel-tests.xml")
ETCD = tuple(
    f"tests/servers/etcd/{name}.py"
    for name in (
        "test_etcd_client",
        "test_etcd_region",
        "test_consoles_apart",
        "ledger/test_etcd_commits",
        "ledger/test_etcd_history",
    )
)
"""On real members of etcd: half a minute, where servers.py unpacked one; without it they are skipped.

They come first: they work in threads, where Python might collect Qt's objects that tests of the window left."""
TESTS = ("-n", "2", "-p", "no:benchmark", *ETCD, "tests/topology", "tests/packaging", "tests/console")
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis", ".benchmarks"}
SBIN = ("/usr/sbin", "/sbin")  # where it is installed, and where few accounts look
# Everything that is mounted, and every program that is started, ends with this one.
OWN_SPACE = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child")
INSIDE = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"'


def main(arguments: Sequence[str]) -> int:
    try:
        if os.geteuid() != 0:
            return as_root(arguments)
        return run(arguments or TESTS)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def as_root(arguments: Sequence[str]) -> int:
    """Start this anew as root, which alone may make a root and go into it; the settings of this account go along."""
    right = system_packages.right_to_install()
    if right is None:
        raise SetupError("Making a Debian 13 to test in needs root, and there is no sudo: start this again as root.")
    kept = {**carried.variables(os.environ), "XDG_CACHE_HOME": str(cache(os.environ)), "HOME": str(Path.home())}
    settings = [f"{name}={value}" for name, value in kept.items()]
    return call([*right, "env", *settings, sys.executable, Path(__file__).resolve(), *arguments])


def run(arguments: Sequence[str]) -> int:
    """Make the root ready, run pytest in it, and say in the last line how many tests passed and failed."""
    begun = time.monotonic()
    root = cache(os.environ) / "underkeel-ci" / SUITE
    check_mounting()
    if not (root / STAMP).exists():
        make(root)
    carried.carry_into(root)
    copy_project(checks.ROOT, root / PROJECT)
    report = root / REPORT
    report.unlink(missing_ok=True)
    test = ["python3", "packaging/bootstrap.py", "test", f"--junit-xml=/{REPORT}", *arguments]
    words = ["sh", "-c", f'cd /{PROJECT} && exec "$@"', "sh", *test]
    code = call([*OWN_SPACE, "sh", "-c", INSIDE, root, *words], env=environment_inside(os.environ))
    count = checks.counted(report.read_bytes()) if report.exists() else checks.Count()
    if code and not count.failed:
        count += checks.Count(failed=1)
    print(f"==== {count} in {time.monotonic() - begun:.1f}s ====", flush=True)
    return 1 if count.failed or not count.passed else 0


def cache(variables: Mapping[str, str]) -> Path:
    """Give the user's cache folder."""
    said = Path(variables.get("XDG_CACHE_HOME", ""))
    return said if said.is_absolute() else Path.home() / ".cache"


def check_mounting() -> None:
    """See first whether this place lets root mount at all."""
    if call([*OWN_SPACE, "true"], show="nothing"):
        raise SetupError(
            "A Debian 13 to test in cannot be entered: this place does not let root mount (unshare --mount failed). "
            "In a container, give it the right to (--privileged), or run this on the machine itself."
        )


def make(root: Path) -> None:
    """Make the root, in place of a half-made one."""
    if root.exists():
        shutil.rmtree(root)
    program = ensure_debootstrap()
    root.parent.mkdir(parents=True, exist_ok=True)
    mirror = carried.mirror()
    print(f"Making a bare Debian 13 in {root} (the first time some 100 MB are downloaded) ...", flush=True)
    log = root.with_suffix(".log")
    with log.open("wb") as out:
        command = [program, "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root), *filter(None, [mirror])]
        env = environment_for_children(**carried.proxies())
        made = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=env, check=False)
    if made.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        print("\n".join(last), file=sys.stderr)
        raise SetupError(f"debootstrap could not make a Debian 13, for the reason above; {log} has all of it.")
    (root / STAMP).write_text(SUITE, encoding="utf-8")


def ensure_debootstrap() -> str:
    """Give the path of debootstrap, which is installed where it is missing."""
    where = os.pathsep.join([os.environ.get("PATH", ""), *SBIN])
    if shutil.which("debootstrap", path=where) is None:
        system_packages.install(["debootstrap"], why="debootstrap, which makes the Debian 13 to test Python 3.13 in")
    found = shutil.which("debootstrap", path=where)
    if found is None:
        raise SetupError("debootstrap is still not there, although it was installed: install it yourself, start again.")
    return found


def copy_project(project: Path, into: Path) -> None:
    """Put a clean copy of the project there; the virtual environment of the run before stays."""
    into.mkdir(parents=True, exist_ok=True)
    for old in into.iterdir():
        if old.name != ".venv":
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()

    def left_out(_folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name in NOT_OURS or re.search(r"_cache$|\.egg-info$", name)}

    shutil.copytree(project, into, ignore=left_out, symlinks=True, dirs_exist_ok=True)


def environment_inside(variables: Mapping[str, str]) -> dict[str, str]:
    """Give the variables for the root: a bare account's, and how to reach registries."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {**carried.variables(variables), "PATH": path, "HOME": "/root", "LANG": "C.UTF-8"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
