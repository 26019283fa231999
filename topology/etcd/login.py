"""Who a connection to etcd is: the certificate's name by itself, or a user who logs in with a password for a token."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from topology.etcd.errors import EtcdError
from topology.etcd.identity import common_name
from topology.region.source import Tls

METADATA = (("hasleader", "true"),)
"""Makes a member that has lost its leader say so at once."""
_STALE = ("invalid auth token", "auth store is old", "user name is empty")
"""What etcd says of a token that is not valid any more: members were started anew, or rights were changed."""
Metadata = tuple[tuple[str, str], ...]


class Login:
    """The metadata of every call. *authenticate* asks etcd for a token, by name and password."""

    def __init__(self, tls: Tls, authenticate: Callable[[str, str], Awaitable[str]]) -> None:
        self._tls, self._authenticate = tls, authenticate
        self._token = ""
        self._turn = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Give what is sent with a call; the first time the user logs in."""
        if not self._tls.user:
            return METADATA
        if not self._token:
            await self.renew("")
        return (*METADATA, ("token", self._token))

    async def renew(self, used: str) -> None:
        """Log in again, unless another call did since the token *used*; the old one stays until the new one is there."""
        async with self._turn:
            if self._token == used:
                self._token = await self._authenticate(self._tls.user, password_in(self._tls.password_file))

    @property
    def token(self) -> str:
        """The token that is used now."""
        return self._token

    def is_stale(self, details: str) -> bool:
        """Whether etcd refused a call for its token alone."""
        return bool(self._tls.user) and any(what in details for what in _STALE)


def user_of(tls: Tls) -> str:
    """Give who etcd takes us for: the user that logs in, else the certificate's common name, else nobody.

    Raises:
        EtcdError: the certificate cannot be read.
    """
    return tls.user or (common_name(tls.certificate) if tls.certificate else "")


def password_in(path: str) -> str:
    """Read a password from a file that only its owner may read.

    Raises:
        EtcdError: it cannot be read, or others may read it.
    """
    file = Path(path).expanduser()
    try:
        if file.stat().st_mode & 0o077:
            raise EtcdError(f"{path}: others may read this password; chmod 600 it, and change the password")
        return file.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EtcdError(f"{path}: the password could not be read: {error}; see password_file") from error
