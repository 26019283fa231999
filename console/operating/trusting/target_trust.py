"""Which targets of a status page this operator trusts: opening a file must not send anything to an address, least of all secrets.

A folder needs no trust: only one that is empty, or holds this page already, is written to. Any other target is trusted with its
address, the variables that hold its credentials, and its certificates: where one of these is another one, it is asked again.
"""

import hashlib
from collections.abc import Iterable

from console.operating.trusting.trust import Trust
from topology.region.public.policy import PublishTarget, TargetKind


class TargetTrust:
    """The targets trusted so far, beside the regions."""

    def __init__(self, trust: Trust | None = None) -> None:
        self._trust = trust or Trust()

    def holds(self, target: PublishTarget) -> bool:
        """Say whether a target may be written to without asking."""
        return target.kind is TargetKind.FOLDER or self._trust.knows(_name(target), _digest(target))

    def add(self, targets: Iterable[PublishTarget]) -> None:
        """Trust targets as they are stated now.

        Raises:
            TrustError: it could not be kept.
        """
        new = {_name(one): _digest(one) for one in targets if not self.holds(one)}
        if new:
            self._trust.keep(new)


def why_not(target: PublishTarget) -> str:
    """Say what publishing there would do, to whom it was not asked for yet."""
    secrets = f", with what {target.environment}_… hold," if target.environment else ""
    return f"is not written to before you say so: publish sends the page{secrets} to {target.host}"


def _name(target: PublishTarget) -> str:
    return f"status page {target.kind}:{target.address}"


def _digest(target: PublishTarget) -> str:
    said = (target.kind.value, target.address, target.environment, target.ca, target.signing_region)
    return hashlib.sha256(repr(said).encode()).hexdigest()
