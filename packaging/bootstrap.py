#!/usr/bin/env python3
"""Set Underkeel up and open or test it: the two commands of the README.

Needs Python and nothing else. This file and pythons.py also read on old Pythons, so that they can say what is wanted; the
work is in the files beside them: environment.py (the virtual environment), system_packages.py (what only the system can
install), start.py (run) and checks.py (test).
"""

import os
import signal
import subprocess
import sys

from pythons import NEWEST, OLDEST, find_python, is_supported

HELP = """\
usage: python3 packaging/bootstrap.py run [ARGUMENT ...]
       python3 packaging/bootstrap.py test [PYTEST-ARGUMENT ...]

run    opens the console on the embedded region, which is simulated: nothing real can be touched.
       Arguments go to the program, for example: run preview "remove 4 servers from billing".
       Without a display the same console works off screen and leaves a picture, underkeel.png.
test   runs the whole check: format, lint, import contracts, types, all tests, and a start of the built program.
       With arguments only pytest runs, with these: test tests/topology -k floor

Both do the set-up they need themselves, in .venv at the root of the project; the second time that takes no time.
On Debian-like systems they install missing system libraries with apt-get (with sudo where not root).
"""


def go_on_with_another_python(arguments: "list[str]") -> int:
    running = ".".join(map(str, sys.version_info[:3]))
    other = find_python()
    if other is None:
        print(
            f"Underkeel needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}: this is {running}, and no other was found. "
            "Debian 12 and Ubuntu 24.04 have one as python3 (sudo apt-get install python3); then start again.",
            file=sys.stderr,
        )
        return 1
    print(f"This is Python {running}, which cannot run Underkeel: going on with {other} ...", flush=True)
    return subprocess.call([other, os.path.abspath(__file__), *arguments])  # noqa: PTH100 (old Pythons)


def main(arguments: "list[str]") -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if arguments else 2
    if arguments[0] not in ("run", "test"):
        print(f"There is no {arguments[0]!r} here: it is run or test.\n\n{HELP}", end="", file=sys.stderr)
        return 2
    if not is_supported(sys.version_info[:3]):
        return go_on_with_another_python(arguments)

    import checks
    import start
    from children import SetupError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # children are ended either way
    try:
        return (start.run if arguments[0] == "run" else checks.run)(arguments[1:])
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
