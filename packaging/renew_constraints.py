"""Write the constraints anew: for each Python the newest versions that pyproject.toml allows, all fitting together.

    .venv/bin/python packaging/renew_constraints.py            # for every supported Python
    .venv/bin/python packaging/renew_constraints.py 3.13       # for one

Each packaging/constraints-3.X.txt holds names and versions and nothing else: where they come from is for pip's own settings.
Nothing is installed, and no other Python is needed. Run the whole check (.ci/run) on what was written before it is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
from children import environment_for_children
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pythons import NEWEST, OLDEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEAD = "# The versions that the set-up takes on Python {python}. Written by packaging/renew_constraints.py.\n"


def main(arguments: Sequence[str]) -> int:
    supported = [f"{OLDEST[0]}.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    unknown = [python for python in arguments if python not in supported]
    if unknown:
        print(f"Underkeel has no constraints for Python {unknown[0]}: it is one of {', '.join(supported)}.")
        return 2
    for python in arguments or supported:
        major, minor = map(int, python.split("."))
        file = environment.constraints_for((major, minor))
        try:
            lines = resolved(wanted(python), python)
        except subprocess.CalledProcessError:
            print(
                f"pip found no versions for Python {python}, for the reason it gives above; {file.name} is as it was."
            )
            return 1
        file.write_text(HEAD.format(python=python) + "".join(lines), encoding="utf-8")
        print(f"{file.name}: {len(lines)} packages")
    return 0


def wanted(python: str) -> list[str]:
    """Give what pyproject.toml asks for on a Python, without markers: to run with all extras, to test, and to build."""
    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [*project["project"]["dependencies"], *chain(*project["project"]["optional-dependencies"].values())]
    return meant_for(texts + project["build-system"]["requires"], python)


def meant_for(texts: Iterable[str], python: str, extras: Iterable[str] = ()) -> list[str]:
    """Give the requirements that hold on a Python, without their markers: pip would ask the Python that it runs on."""
    where = {"python_version": python, "python_full_version": f"{python}.0"}
    found = []
    for text in texts:
        needed = Requirement(text)
        if needed.marker is None or any(needed.marker.evaluate({**where, "extra": extra}) for extra in ("", *extras)):
            needed.marker = None
            found.append(str(needed))
    return found


def resolved(needed: list[str], python: str) -> list[str]:
    """Let pip choose versions, and give them as lines of a constraints file.

    pip judges by its own Python what packages say of Pythons. So it is told to choose without looking, and asked again
    without what the other Python cannot run and with what that one alone would need, until all fits; what only pip's own
    Python would need is left out at the end.
    """
    refused: list[str] = []
    while True:
        chosen = {canonicalize_name(one["name"]): one for one in _ask_pip(needed, refused, python)}
        unfit = [f"{name}!={one['version']}" for name, one in chosen.items() if not runs_on(one, python)]
        reached, missing = _walk(needed, chosen, python)
        if not missing and not unfit:
            return [f"{name}=={chosen[name]['version']}\n" for name in sorted(reached)]
        needed, refused = [*needed, *missing], [*refused, *unfit]


def runs_on(metadata: dict[str, Any], python: str) -> bool:
    """Say whether a package, by what it says itself, runs on a Python."""
    return SpecifierSet(metadata.get("requires_python", "")).contains(f"{python}.99")


def _ask_pip(needed: list[str], refused: list[str], python: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        never = Path(folder, "never.txt")
        never.write_text("\n".join(refused), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--quiet",
            "--ignore-installed",
            "--report",
            "-",
        ]
        command += ["--disable-pip-version-check", "--no-input", "--python-version", python, "--only-binary=:all:"]
        command += ["--ignore-requires-python", "--target", folder, "--constraint", str(never), *needed]
        report = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment_for_children()).stdout
    return [one["metadata"] for one in json.loads(report)["install"]]


def _walk(needed: list[str], chosen: dict[str, dict[str, Any]], python: str) -> tuple[set[str], list[str]]:
    """Go from what is wanted to all that it needs; gives the names reached, and the requirements nobody chose for."""
    reached: set[str] = set()
    missing: list[str] = []
    seen: set[str] = set()
    ahead = list(needed)
    while ahead:
        text = ahead.pop()
        if text in seen:
            continue
        seen.add(text)
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name not in chosen:
            missing.append(text)
            continue
        reached.add(name)
        ahead += meant_for(chosen[name].get("requires_dist", ()), python, requirement.extras)
    return reached, missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
