"""Reads a page as the public does, without credentials, and says what its host is: for drills."""

import hashlib
from typing import NamedTuple
from urllib.parse import urlsplit

from topology.publishing.errors import PublishError
from topology.publishing.requests import Requests, refused
from topology.publishing.storage import WHOLE_READ_S, Deadline
from topology.region.public.policy import PublishTarget


class PublicCopy(NamedTuple):
    """The page as the public gets it, and where from: *certificate* is a digest, empty without TLS."""

    data: bytes
    host: str
    address: str
    certificate: str


def read_publicly(target: PublishTarget, path: str) -> PublicCopy:
    """Read a file of a target at the address that the public has.

    Raises:
        PublishError: it states none, or nothing is read there.
    """
    if not target.read:
        raise PublishError(
            'states no address at which the public reads it; write such as read = "https://status.example.org/"'
        )
    answer = Requests(target.ca).ask("GET", target.read + path, Deadline(WHOLE_READ_S))
    host = urlsplit(target.read).hostname or ""
    if answer.status != 200:
        raise refused(answer, host, f"{path} was read as the public reads it")
    certificate = hashlib.sha256(answer.certificate).hexdigest() if answer.certificate else ""
    return PublicCopy(answer.body, host, answer.address, certificate)
