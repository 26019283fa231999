"""A web server that takes files by PUT (RFC 9110), such as one with WebDAV, as a place to publish to."""

import base64
from collections.abc import Mapping

from topology.publishing.errors import ConflictError
from topology.publishing.requests import HttpAnswer, Requests, refused
from topology.publishing.storage import Deadline, Expected, Stored, Unconditional


class PutStorage:
    """Files below a URL. A server that knows no conditions takes every write; publishing reads its own claim again for that."""

    def __init__(self, url: str, requests: Requests, headers: Mapping[str, str], hint: str) -> None:
        self._url = url
        self._requests = requests
        self._headers = headers
        self._hint = hint

    def read(self, path: str, deadline: Deadline) -> Stored | None:
        """Give a file, or None where there is none."""
        answer = self._requests.ask("GET", self._url + path, deadline, {**self._headers, "Cache-Control": "no-cache"})
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise refused(answer, self._url, f"{path} was read", self._hint)
        return Stored(answer.body, answer.headers.get("etag", ""))

    def write(self, path: str, data: bytes, kind: str, expected: Expected, deadline: Deadline) -> None:
        """Put a file; a weak tag is no condition."""
        headers = {**self._headers, "Content-Type": kind, "Cache-Control": "no-cache", **condition(expected)}
        answer = self._requests.ask("PUT", self._url + path, deadline, headers, data)
        self._check(answer, path)

    def _check(self, answer: HttpAnswer, path: str) -> None:
        if answer.status in (409, 412):
            raise ConflictError(f"{path} was replaced by somebody else meanwhile")
        if answer.status not in (200, 201, 204):
            raise refused(answer, self._url, f"{path} was written", self._hint)


def condition(expected: Expected) -> dict[str, str]:
    """Say as a header what must be there."""
    if isinstance(expected, Unconditional) or (expected is not None and not expected.startswith('"')):
        return {}
    return {"If-None-Match": "*"} if expected is None else {"If-Match": expected}


def authorization(variables: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give what says who writes: PREFIX_TOKEN, or PREFIX_USER and PREFIX_PASSWORD, of the environment; without them nothing."""
    if token := variables.get(f"{prefix}_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    user, password = variables.get(f"{prefix}_USER", ""), variables.get(f"{prefix}_PASSWORD", "")
    if not user:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
