"""A bucket of S3, or of what speaks like it, as a place to publish to."""

from collections.abc import Callable
from datetime import UTC, datetime

from topology.publishing.errors import ConflictError
from topology.publishing.put import condition
from topology.publishing.requests import HttpAnswer, Requests, refused
from topology.publishing.signing import S3Key, signed
from topology.publishing.storage import Deadline, Expected, Stored


class S3Storage:
    """Objects below `https://HOST/BUCKET/PREFIX/`; without a key requests are not signed."""

    def __init__(
        self,
        url: str,
        requests: Requests,
        key: S3Key | None,
        region: str,
        hint: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url = url
        self._requests = requests
        self._key = key
        self._region = region
        self._hint = hint
        self._now = now
        self._takes_conditions = True

    def read(self, path: str, deadline: Deadline) -> Stored | None:
        """Give an object, or None where there is none."""
        answer = self._ask("GET", path, deadline, {})
        if answer.status == 404 and b"NoSuchBucket" not in answer.body:
            return None
        if answer.status != 200:
            raise refused(answer, self._url, f"{path} was read", self._hint)
        return Stored(answer.body, answer.headers.get("etag", ""))

    def write(self, path: str, data: bytes, kind: str, expected: Expected, deadline: Deadline) -> None:
        """Put an object, under a condition where this S3 knows them."""
        headers = {"Content-Type": kind, "Cache-Control": "no-cache"}
        under = condition(expected) if self._takes_conditions else {}
        answer = self._ask("PUT", path, deadline, {**headers, **under}, data)
        if answer.status == 501 and under:
            self._takes_conditions = False
            answer = self._ask("PUT", path, deadline, headers, data)
        if answer.status in (409, 412):
            raise ConflictError(f"{path} was replaced by somebody else meanwhile")
        if answer.status != 200:
            raise refused(answer, self._url, f"{path} was written", self._hint)

    def _ask(
        self, method: str, path: str, deadline: Deadline, headers: dict[str, str], body: bytes = b""
    ) -> HttpAnswer:
        url = self._url + path
        if self._key is not None:
            headers = signed(method, url, headers, body, self._key, self._region, self._now())
        return self._requests.ask(method, url, deadline, headers, body)
