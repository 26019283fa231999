"""One HTTP request at a time, each within a deadline; redirects are not followed, and answers are read up to a limit."""

import http.client
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from topology.publishing.errors import PassingError, PublishError
from topology.publishing.storage import MOST_BYTES, Deadline

_PASSING = (408, 425, 429, 500, 502, 503, 504, 507)


class HttpAnswer(NamedTuple):
    """What came back. *certificate* is the server's, as it was sent; empty without TLS."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate: bytes = b""
    address: str = ""
    """The IP address that answered."""


class Requests:
    """Makes requests; *ca* is a file of certificates to trust instead of the system's."""

    def __init__(self, ca: str = "") -> None:
        self._ca = ca
        self._context: ssl.SSLContext | None = None

    def ask(
        self, method: str, url: str, deadline: Deadline, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpAnswer:
        """Send a request and give the whole answer, whatever its status.

        Raises:
            PassingError: nobody answered in time.
            PublishError: it cannot be asked at all.
        """
        parts = urlsplit(url)
        try:
            connection = self._connection(parts.scheme, parts.hostname or "", parts.port, deadline.for_request())
            try:
                return self._exchange(connection, method, parts.path or "/", deadline, dict(headers or {}), body)
            finally:
                connection.close()
        except ssl.SSLCertVerificationError as error:
            raise PublishError(
                f"{parts.netloc} has a certificate that is not trusted: {error.verify_message}"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            why = "no answer in time" if isinstance(error, TimeoutError) else _why(error)
            raise PassingError(f"{parts.netloc} could not be asked: {why}") from error
        except ValueError as error:
            raise PublishError(f"{parts.netloc} cannot be asked: {error}") from error

    def _connection(self, scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
        if scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=timeout)
        if self._context is None:
            self._context = ssl.create_default_context(cafile=self._ca or None)
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=self._context)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        deadline: Deadline,
        headers: dict[str, str],
        body: bytes,
    ) -> HttpAnswer:
        connection.request(method, path, body=body or None, headers={"User-Agent": "underkeel", **headers})
        socket = connection.sock
        certificate = socket.getpeercert(binary_form=True) if isinstance(socket, ssl.SSLSocket) else None
        address = str(socket.getpeername()[0])
        response = connection.getresponse()
        data = bytearray()
        while len(data) < MOST_BYTES:
            socket.settimeout(deadline.for_request()) if socket.fileno() >= 0 else None
            piece = response.read1(min(65_536, MOST_BYTES - len(data)))
            if not piece:
                break
            data += piece
        return HttpAnswer(response.status, _lowered(response), bytes(data), certificate or b"", address)


def refused(answer: HttpAnswer, host: str, what: str, hint: str = "") -> PublishError:
    """Give the error of an answer that says no; *what* was tried, *hint* what to look at where it is about rights."""
    said = answer.body[:2000].decode("utf-8", "replace")
    code = _between(said, "<Code>", "</Code>")
    why = f" ({code})" if code else ""
    look = f"; look at {hint}" if hint and answer.status in (401, 403) else ""
    error = PassingError if answer.status in _PASSING else PublishError
    return error(f"{host} answered {answer.status}{why} when {what}{look}")


def _between(text: str, before: str, after: str) -> str:
    found = text.partition(before)[2].partition(after)[0]
    return found if found.isascii() and found.isalnum() and len(found) <= 60 else ""


def _lowered(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
