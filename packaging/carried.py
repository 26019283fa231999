"""How this machine reaches its mirrors and registries, to hold in another root: nothing of it is written down here.

Settings of pip, certificates, proxies and the network's own files are copied; apt keeps what it is set to acquire by.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from children import environment_for_children

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = re.compile(r"PIP_.*|.*_proxy|.*_PROXY|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|CI|HYPOTHESIS_PROFILE")
NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt")
# As pip looks for them, the last word first.
PIP_OF_USER = (".config/pip/pip.conf", ".pip/pip.conf")
PIP_OF_SYSTEM = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf")
ACQUIRE = re.compile(r'^Acquire::(?!IndexTargets|Changelogs|CompressionTypes|cdrom)\S+ ".+";$', re.MULTILINE)
TARGET = "$(ORIGIN)|$(LABEL)|$(REPO_URI)"


def variables(of: Mapping[str, str]) -> dict[str, str]:
    """Pick what says how to reach registries, and how thorough the tests are."""
    return {name: value for name, value in of.items() if VARIABLES.fullmatch(name) and name != "PIP_USER"}


def carry_into(root: Path) -> None:
    """Let the settings of this machine hold in *root*; what is no longer there is taken away."""
    for file in (*NETWORK, *PIP_OF_SYSTEM):
        put(Path(file), root / file.lstrip("/"))
    for file in PIP_OF_USER:
        put(Path.home() / file, root / "root" / file)
    for value in variables(os.environ).values():
        # Such as a folder of wheels, or a certificate of one's own.
        if os.path.isabs(value) and not value.startswith("/etc/ssl/certs") and Path(value).exists():  # noqa: PTH117
            put(Path(value), root / value.lstrip("/"))
    settings = root / "etc" / "apt" / "apt.conf.d" / "90carried"
    settings.write_text("".join(f"{line}\n" for line in acquire()), encoding="utf-8")
    put(Path("/etc/apt/auth.conf.d"), root / "etc" / "apt" / "auth.conf.d")
    for keys in Path("/etc/apt/keyrings").glob("*"):
        put(keys, root / "etc" / "apt" / "keyrings" / keys.name)


def put(source: Path, target: Path) -> None:
    """Copy a file or a folder over what is there; with no source, take that away."""
    if target.is_symlink() or target.is_file():
        target.unlink()
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def acquire() -> list[str]:
    """Give apt's settings of how it fetches, such as a proxy, as lines of a file of settings."""
    return acquiring(_said("apt-config", "dump"))


def acquiring(dump: str) -> list[str]:
    """Pick them from what ``apt-config dump`` says; what stands for other releases or for hooks is left out."""
    return ACQUIRE.findall(dump)


def mirror() -> str | None:
    """Give the mirror of Debian that apt uses here, or None where it uses none: debootstrap then takes its own."""
    return mirror_in(_said("apt-get", "indextargets", "--format", TARGET))


def mirror_in(targets: str) -> str | None:
    """Pick it from what ``apt-get indextargets`` says, a line for each index: origin, label and address."""
    lines = (line.split("|", 2) for line in targets.splitlines())
    return next((address for origin, label, address in lines if (origin, label) == ("Debian", "Debian")), None)


def proxies() -> dict[str, str]:
    """Give apt's proxies as the variables that debootstrap understands, where no variable says it already."""
    said = dict(re.findall(r'^Acquire::(https?)::Proxy "(.+)";$', _said("apt-config", "dump"), re.MULTILINE))
    names = {f"{scheme}_proxy": address for scheme, address in said.items() if address != "DIRECT"}
    return {name: address for name, address in names.items() if name not in os.environ}


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment_for_children(LC_ALL="C")
    )
    return done.stdout
