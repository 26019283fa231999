"""Installs the real servers that tests/servers tests against: `python3 packaging/servers.py`.

Nothing else needs them; without them those tests are skipped and say so. The servers are started by the tests, on loopback
and in folders of their own; what Debian's packages would start by themselves is kept from it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import system_packages
from children import SetupError

PROGRAMS = {
    "haproxy": "haproxy",
    "nginx": "nginx-light",
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "munged": "munge",
    "prometheus": "prometheus",
}
"""What the tests start, and the Debian package that has it."""
_POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Give the packages whose programs are not there."""
    found = {package for program, package in PROGRAMS.items() if _program(program) is None}
    return sorted(found)


def ensure() -> None:
    """Install what is missing.

    Raises:
        SetupError: it cannot be installed here; the sentence says what to type.
    """
    wanted = missing()
    if not wanted:
        return
    with _NothingStarts():
        system_packages.install(wanted, f"the servers that tests need ({', '.join(wanted)})")


class _NothingStarts:
    """Keeps packages from starting their servers, as `policy-rc.d` does (Debian policy, section 9.3.3.1)."""

    def __enter__(self) -> None:
        self._written = False
        right = system_packages.right_to_install()
        if right is None or _POLICY.exists():
            return
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write("#!/bin/sh\nexit 101\n")
            script.flush()
            done = subprocess.run([*right, "install", "-m", "755", script.name, str(_POLICY)], check=False)
        self._written = done.returncode == 0

    def __exit__(self, *_: object) -> None:
        if self._written:
            subprocess.run([*(system_packages.right_to_install() or []), "rm", "-f", str(_POLICY)], check=False)


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


if __name__ == "__main__":
    try:
        ensure()
    except SetupError as trouble:
        sys.exit(str(trouble))
    print("The servers that tests need are installed.")
