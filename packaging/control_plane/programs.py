"""Builds the control plane of a Kubernetes that tests/servers/kubernetes runs against, with Go modules.

Nobody ships these programs alone, so they are made of the sources of their release: kube-apiserver, kube-controller-manager
and kubectl, into .servers/kubernetes. What is built is kept there; another release in go.mod is built anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import environment
from children import SetupError, call, environment_for_children

FOLDER = environment.ROOT / ".servers" / "kubernetes"
MODULE = Path(__file__).parent
PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kubectl")
OLDEST_GO = (1, 26)
NEEDS_GIB = 5
"""Free space that the first build takes: sources, what Go keeps of the build, and the programs."""
_GIVEN = "KUBEBUILDER_ASSETS"
_BUILT = "built"


def build() -> None:
    """Build what is not there; programs in the folder that KUBEBUILDER_ASSETS names are taken as they are.

    Raises:
        SetupError: it cannot be built here; the sentence says what is missing.
    """
    release = release_wanted()
    if is_given() or _is_built(release):
        return
    _check_can_build()
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(
        f"Building Kubernetes {release} (the first time this takes some 10 minutes on two cores that do nothing else) ...",
        flush=True,
    )
    stamped = (f"gitVersion={release}", f"gitMajor={release[1:].split('.')[0]}", f"gitMinor={release.split('.')[1]}")
    flags = " ".join(("-s -w", *(f"-X k8s.io/component-base/version.{one}" for one in stamped)))
    packages = [f"k8s.io/kubernetes/cmd/{program}" for program in PROGRAMS]
    command = ["go", "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", f"{FOLDER}/", *packages]
    env = environment_for_children(GOTOOLCHAIN="local", CGO_ENABLED="0", GOWORK="off", GOFLAGS="")
    if call(command, cwd=MODULE, env=env):
        raise SetupError("Kubernetes could not be built, for the reason that go gives above")
    (FOLDER / _BUILT).write_text(release, encoding="utf-8")


def release_wanted() -> str:
    """Give the release that go.mod asks for, such as v1.36.3."""
    found = re.search(r"k8s\.io/kubernetes (v\S+)", (MODULE / "go.mod").read_text(encoding="utf-8"))
    if found is None:
        raise SetupError(f"{MODULE / 'go.mod'} names no release of k8s.io/kubernetes")
    return found[1]


def is_given() -> bool:
    """Say whether the environment names a folder that has the programs."""
    folder = os.environ.get(_GIVEN, "")
    return bool(folder) and (Path(folder) / PROGRAMS[0]).is_file()


def _is_built(release: str) -> bool:
    stamp = FOLDER / _BUILT
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == release


def _check_can_build() -> None:
    """See that there is a Go that is new enough, and room.

    Raises:
        SetupError: there is not.
    """
    oldest = ".".join(map(str, OLDEST_GO))
    instead = f"or set {_GIVEN} to a folder with {' and '.join(PROGRAMS[:2])}"
    go = shutil.which("go")
    said = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout if go else ""
    version = re.search(r"go(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < OLDEST_GO:
        raise SetupError(f"Kubernetes is built with Go {oldest} or newer, which is not here; install it, {instead}")
    free = shutil.disk_usage(environment.ROOT).free / 2**30
    if free < NEEDS_GIB:
        raise SetupError(
            f"building Kubernetes takes {NEEDS_GIB} GiB, and {free:.1f} GiB are free; make room, {instead}"
        )
