"""The address of a Prometheus: http or https, a host, and perhaps a path before its API."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

EXAMPLE = "prometheus:http://127.0.0.1:9090"
_LOOPBACK = ("127.", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where it listens; *path* is empty or begins with a slash and ends with none."""

    secure: bool
    host: str
    port: int
    path: str = ""

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return self.host.startswith(_LOOPBACK)

    @property
    def authority(self) -> str:
        """The host and the port, as a request names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.path}"


def parse_web_address(text: str) -> WebAddress:
    """Read `http://HOST:PORT` or `https://HOST/PATH`.

    Raises:
        ValueError: it is neither, or holds what does not belong there.
    """
    if any(not 33 <= ord(letter) < 127 for letter in text):
        raise ValueError("it holds spaces, or letters that no address has")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it begins with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a password does not belong into an address; name its file under [source.graph_tls]")
    if parts.query or parts.fragment:
        raise ValueError("it ends before the API: neither ? nor # belong into it")
    secure = parts.scheme == "https"
    return WebAddress(secure, parts.hostname, _port(parts) or (443 if secure else 80), parts.path.rstrip("/"))


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None
    if port == 0:
        raise ValueError("its port is no number from 1 to 65535")
    return port
