"""Opens the place of a target with the credentials of the environment: what to set is said where it is missing."""

from collections.abc import Mapping

from topology.publishing.errors import PublishError
from topology.publishing.folder import FolderStorage
from topology.publishing.put import PutStorage, authorization
from topology.publishing.requests import Requests
from topology.publishing.s3 import S3Storage
from topology.publishing.signing import S3Key
from topology.publishing.storage import Storage
from topology.region.public.policy import PublishTarget, TargetKind


def open_target(target: PublishTarget, variables: Mapping[str, str]) -> Storage:
    """Open a target; nothing is asked of it yet.

    Raises:
        PublishError: credentials are missing in *variables*.
    """
    if target.kind is TargetKind.FOLDER:
        return FolderStorage(target.address)
    requests = Requests(target.ca)
    if target.kind is TargetKind.PUT:
        headers = authorization(variables, target.environment) if target.environment else {}
        if target.environment and not headers:
            raise _missing(target, "_TOKEN, or _USER and _PASSWORD")
        hint = f"what {target.environment}_… hold" if target.environment else "environment of the target"
        return PutStorage(target.address, requests, headers, hint)
    return S3Storage(target.address, requests, _key(target, variables), target.signing_region, _hint(target))


def _key(target: PublishTarget, variables: Mapping[str, str]) -> S3Key | None:
    if not target.environment:
        return None
    name, secret = (variables.get(f"{target.environment}_{end}", "") for end in ("KEY_ID", "SECRET"))
    if not (name and secret):
        raise _missing(target, "_KEY_ID and _SECRET")
    return S3Key(name, secret, variables.get(f"{target.environment}_SESSION", ""))


def _hint(target: PublishTarget) -> str:
    return (
        f"{target.environment}_KEY_ID and {target.environment}_SECRET"
        if target.environment
        else "environment of the target"
    )


def _missing(target: PublishTarget, ends: str) -> PublishError:
    wanted = " ".join(f"{target.environment}{word}" if word.startswith("_") else word for word in ends.split(" "))
    return PublishError(f"has no credentials: set {wanted} in the environment of this program")
