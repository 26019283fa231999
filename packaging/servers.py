"""Installs the real servers that tests/servers tests against: `python3 packaging/servers.py`.

Nothing else needs them; without them those tests are skipped and say so. The servers are started by the tests, on loopback
and in folders of their own; what Debian's packages would start by themselves is kept from it. etcd, and a HAProxy 3.0 beside
the one of the system, come from Debian 13 whatever runs here. They are unpacked into .servers, not installed. The control plane of
a Kubernetes is built there.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment
import system_packages
from children import SetupError, call, environment_for_children
from control_plane import programs

PROGRAMS = {
    "haproxy": "haproxy",
    "nginx": "nginx-light",
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "munged": "munge",
    "prometheus": "prometheus",
    "chromium": "chromium",
}
"""What the tests start, and the Debian package that has it."""
ETCD = environment.ROOT / ".servers" / "etcd" / "usr" / "bin" / "etcd"
"""Where etcd is unpacked to, with etcdctl beside it."""
_ETCD_PACKAGES = ("etcd-server", "etcd-client")
HAPROXY = environment.ROOT / ".servers" / "haproxy"
"""Where HAProxy 3.0 is unpacked to, with the libraries it was built for: the one of the system may be an older one."""
_HAPROXY_PACKAGES = (
    "haproxy", "libc6", "liblua5.4-0", "libjemalloc2", "libpcre2-8-0", "zlib1g", "libcrypt1", "libssl3t64", "libzstd1",
    "libopentracing-c-wrapper0t64", "libopentracing1", "libstdc++6", "libgcc-s1", "libsystemd0", "libcap2",
)  # fmt: skip
MOTO = environment.ROOT / ".servers" / "moto"
"""An S3 server, in an environment of its own: it brings a hundred megabytes along that nothing else needs."""
VNU = environment.ROOT / ".servers" / "vnu"
"""W3C's checker of pages, from npm; it runs where there is a Java."""
_RELEASE = "trixie"
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


def unpack_etcd() -> None:
    """Fetch etcd with apt's own lists of another release, and unpack it; nothing of the system is changed.

    Raises:
        SetupError: it cannot be fetched here.
    """
    if not ETCD.is_file():
        _unpack("etcd", _ETCD_PACKAGES, ETCD.parents[2])


def unpack_haproxy() -> None:
    """Fetch HAProxy 3.0 in the same way.

    Raises:
        SetupError: it cannot be fetched here.
    """
    if not (HAPROXY / "usr" / "sbin" / "haproxy").is_file():
        _unpack("haproxy", _HAPROXY_PACKAGES, HAPROXY)


def install_moto() -> None:
    """Install moto with pip, into an environment of its own.

    Raises:
        SetupError: it cannot be fetched here.
    """
    if (MOTO / "bin" / "moto_server").exists():
        return
    made = call([sys.executable, "-m", "venv", str(MOTO)], show="errors")
    if made or call([str(MOTO / "bin" / "pip"), "install", "-q", "moto[s3,server]"], show="errors"):
        raise SetupError("moto, an S3 server, could not be installed, for the reason given above")


def unpack_vnu() -> None:
    """Fetch W3C's checker with npm, where there is one; without it a test is skipped."""
    if (VNU / "package").exists() or shutil.which("npm") is None or shutil.which("java") is None:
        return
    VNU.mkdir(parents=True, exist_ok=True)
    if call(["npm", "pack", "--silent", "vnu-jar"], cwd=VNU, show="errors"):
        return
    for archive in VNU.glob("vnu-jar-*.tgz"):
        call(["tar", "xzf", archive.name], cwd=VNU, show="errors")


def _unpack(what: str, packages: tuple[str, ...], target: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        raise SetupError(
            f"{what} is unpacked from Debian's packages, which needs dpkg-deb; for etcd, ETCD_BIN may name one of yours"
        )
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"underkeel-{what}-") as name:
        folder = Path(name)
        for part in ("lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True)
        (folder / "src.list").write_text(f"deb {_mirror()} {_RELEASE} main\n", encoding="utf-8")
        options = [f"Dir::Etc::sourcelist={folder}/src.list", "Dir::Etc::sourceparts=-", "APT::Sandbox::User=root"]
        options += [f"Dir::State::lists={folder}/lists", f"Dir::Cache={folder}/cache"]
        apt = ["apt-get", "-qq", *(word for one in options for word in ("-o", one))]
        for words in (["update"], ["download", *packages]):
            if call([*apt, *words], cwd=folder, show="errors"):
                raise SetupError(f"{what} could not be fetched, for the reason apt-get gives above")
        for package in folder.glob("*.deb"):
            if call(["dpkg-deb", "-x", str(package), str(target)], show="errors"):
                raise SetupError(f"{package.name} could not be unpacked, for the reason given above")


def _mirror() -> str:
    """Give the mirror that this machine takes its packages from."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment_for_children()).stdout
    return next(iter(said.split()), "http://deb.debian.org/debian")


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


def main() -> int:
    """Do all of it, one after the other: what cannot be had here keeps nothing else from being made."""
    troubles = []
    for step in (ensure, unpack_etcd, unpack_haproxy, install_moto, unpack_vnu, programs.build):
        try:
            step()
        except SetupError as trouble:
            troubles.append(str(trouble))
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    if not troubles:
        print("The servers that tests need are installed.")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
