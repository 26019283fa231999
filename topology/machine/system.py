"""Locks, accounts and ways of opening a file, as this system has them: the one module that knows which system it is.

Linux is what we ship. Elsewhere each answer is the nearest that the system has, and its docstring says where that is less.
"""

import os
from contextlib import suppress
from typing import IO

try:
    import fcntl
    import grp
    import pwd
except ImportError:  # a system that is not POSIX
    fcntl = grp = pwd = None  # type: ignore[assignment]

CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", getattr(os, "O_NOINHERIT", 0))
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Refuse a link; 0 where the system cannot, which must look first then."""
FOLDER = getattr(os, "O_DIRECTORY", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Do not wait for whoever writes into a pipe."""


def lock(descriptor: int, *, wait: bool = False) -> bool:
    """Lock an open file against other processes, until it is closed or this one ends; gives whether it is ours now.

    Where the system has no `flock` the first byte is locked, which is as good among consoles and says nothing to other programs.
    """
    if fcntl is None:
        return _lock_a_byte(descriptor, wait=wait)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def account() -> str:
    """Give the name of the account this process runs as, as the system knows it: never a variable of the environment."""
    if pwd is None:
        import getpass

        return os.getlogin() if hasattr(os, "getlogin") else getpass.getuser()
    return account_name(os.getuid())


def account_name(number: int) -> str:
    """Give the name of an account, or `uid-1000` where the system has none."""
    with suppress(KeyError):
        if pwd is not None:
            return pwd.getpwuid(number).pw_name
    return f"uid-{number}"


def is_trusted_owner(number: int) -> bool:
    """Whether an account is this one or the system's own; true where files have no owner in that sense."""
    return pwd is None or number in {0, os.getuid()}


def is_own_group(number: int) -> bool:
    """Whether a group has nobody but us: many systems give each account one of the same name."""
    if pwd is None or grp is None:
        return True
    try:
        group, user = grp.getgrgid(number), pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return number == 0 or (
        number == user.pw_gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
    )


def is_current_group(number: int) -> bool:
    """Whether a group is this process's own or the system's."""
    return pwd is None or number in {0, os.getgid()}


def widen(pipe: IO[bytes] | None, size: int) -> None:
    """Let a pipe hold *size* bytes, where the system can; otherwise it stays as it is."""
    if fcntl is not None and pipe is not None:
        with suppress(OSError, AttributeError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, size)


def _lock_a_byte(descriptor: int, *, wait: bool) -> bool:
    import msvcrt

    try:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
