"""Signs requests for S3 with a key that never leaves this machine: AWS Signature Version 4, in headers, body included.

Source: AWS General Reference, "Signature Version 4 signing process"; the tests hold it to the examples published there.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


class S3Key(NamedTuple):
    """Who signs: an access key, its secret, and the token of a session where it is of one."""

    name: str
    secret: str
    session: str = ""


def signed(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key: S3Key, region: str, now: datetime
) -> dict[str, str]:
    """Give all headers of a request, signed: those given, the host, the time and the digest of the body."""
    at = now.astimezone(UTC)
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    parts = urlsplit(url)
    every = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    every |= {"host": parts.netloc, "x-amz-date": stamp, "x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
    if key.session:
        every["x-amz-security-token"] = key.session
    names = ";".join(sorted(every))
    canonical = "\n".join((
        method,
        quote(parts.path or "/", safe="/~-._%"),
        parts.query,
        *(f"{name}:{every[name]}" for name in sorted(every)),
        "",
        names,
        every["x-amz-content-sha256"],
    ))  # fmt: skip
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    made = f"AWS4{key.secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        made = _mac(made, part)
    signature = _mac(made, text).hex()
    credential = f"Credential={key.name}/{scope}"
    return {**every, "authorization": f"{_ALGORITHM} {credential},SignedHeaders={names},Signature={signature}"}


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
