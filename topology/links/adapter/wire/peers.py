"""The other end of a connection: a child that we started, or whoever listens at a socket. Opening one, and being rid of it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, cast

from topology.links.adapter.wire.lines import Lines, Sending
from topology.links.adapter.wire.program import ProgramLine, checked_program
from topology.links.adapter.wire.standard_error import StandardError
from topology.machine.system import is_trusted_owner, widen
from topology.region.errors import LinkError

_PIPE = 1024 * 1024
_CONNECT_S = 5.0
_LAST_WORDS_S = 0.5
_SYSTEM = "/usr/bin:/bin"


class Peer(Protocol):
    """An open connection. *sending* takes what is written; *tail* are the last lines of its log."""

    sending: asyncio.WriteTransport

    @property
    def tail(self) -> tuple[str, ...]:
        """Give the last lines it logged."""

    async def end(self, grace_s: float) -> None:
        """Be rid of it: it has *grace_s* seconds to end by itself."""


Opener = Callable[[Lines, Callable[[str], None], Callable[[str], None]], Awaitable[Peer]]
"""Opens a connection whose lines go to the first argument; the second hears that it reads no more, the third is its log."""


class Child:
    """A program of ours, in a session of its own, so that no terminal and no Ctrl+C of ours reaches it."""

    def __init__(self, process: subprocess.Popen[bytes], sending: asyncio.WriteTransport, log: StandardError) -> None:
        self.process = process
        self.sending = sending
        self._log = log

    @property
    def tail(self) -> tuple[str, ...]:
        """Give the last lines of its stderr."""
        return tuple(self._log.tail)

    async def end(self, grace_s: float) -> None:
        """Close its stdin and wait; then end it, and whatever it started."""
        if self.sending.get_write_buffer_size():
            self.sending.abort()  # It does not read: closing would wait for that.
        else:
            self.sending.close()
        if not await self._ended(grace_s):
            self._signal(signal.SIGTERM)
            await self._ended(grace_s)
        # Also when it ended by itself: what it left behind in its group must not act on.
        self._signal(signal.SIGKILL)
        await asyncio.get_running_loop().run_in_executor(None, self.process.wait)
        await self._log.finish(_LAST_WORDS_S)

    async def _ended(self, seconds: float) -> bool:
        # Waits without reaping: as long as the child is a zombie, its number and its group's are nobody else's.
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            if self.is_over:
                return True
            await asyncio.sleep(0.005)
        return False

    @property
    def is_over(self) -> bool:
        """Whether it ended, though it may not be reaped yet."""
        try:
            return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True  # It is reaped already.

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def child_opener(line: ProgramLine, environment: dict[str, str]) -> Opener:
    """Give what starts a program, with these variables and no others, in the root folder."""

    async def opened(lines: Lines, broken: Callable[[str], None], log: Callable[[str], None]) -> Peer:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, checked_program, line)
        # By the loop's own thread: the child lives as long as the thread that began it, and those of an executor come and go.
        process = _started(line, environment)
        stderr = StandardError(log)
        try:
            # Each pipe is closed with its transport.
            await loop.connect_read_pipe(lambda: stderr, process.stderr)
            sending, _ = await loop.connect_write_pipe(lambda: Sending(broken), process.stdin)
            await loop.connect_read_pipe(lambda: lines, process.stdout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return Child(process, sending, stderr)

    return opened


def _started(line: ProgramLine, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            [*_until_we_end(), line.program, *line.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            close_fds=True,
            start_new_session=True,
            cwd="/",
            env=environment,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise LinkError(f"{line.program}: could not be started: {why}; see that it runs by itself") from error
    for pipe in (process.stdin, process.stdout):
        widen(pipe, _PIPE)
    return process


def _until_we_end() -> tuple[str, ...]:
    """Give what to put before a program so that the system ends it when this one is killed, whatever it does about its stdin."""
    found = shutil.which("setpriv", path=_SYSTEM)
    return () if found is None else (found, "--pdeathsig", "KILL")


class Listener:
    """Whoever listens at a Unix socket; ending it closes our connection only."""

    tail: tuple[str, ...] = ()

    def __init__(self, sending: asyncio.WriteTransport) -> None:
        self.sending = sending

    async def end(self, grace_s: float) -> None:
        """Close the connection."""
        self.sending.close()
        await asyncio.sleep(0)
        self.sending.abort()


def socket_opener(path: Path) -> Opener:
    """Give what connects to a Unix socket."""

    async def opened(lines: Lines, broken: Callable[[str], None], log: Callable[[str], None]) -> Peer:
        loop = asyncio.get_running_loop()
        connected = await loop.run_in_executor(None, _connected, path)
        transport, _ = await loop.create_unix_connection(lambda: lines, sock=connected)
        return Listener(cast("asyncio.WriteTransport", transport))

    return opened


def _connected(path: Path) -> socket.socket:
    _check_socket(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(_CONNECT_S)
        made.connect(str(path))
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise LinkError(f"unix:{path}: nobody answers: {error.strerror or error}; start the adapter") from error
    return made


def _check_socket(path: Path) -> None:
    try:
        found, folder = path.stat(), path.parent.stat()
    except OSError as error:
        raise LinkError(f"unix:{path}: is not there: {error.strerror}; start the adapter that listens there") from error
    if not stat.S_ISSOCK(found.st_mode):
        raise LinkError(f"unix:{path}: is no socket; give the path of the socket where the adapter listens")
    sticky = folder.st_mode & stat.S_ISVTX and is_trusted_owner(found.st_uid)
    if folder.st_mode & stat.S_IWOTH and not sticky:
        raise LinkError(f"unix:{path}: is not used, because anybody may write {path.parent} and put another there")
