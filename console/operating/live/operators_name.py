"""Who acts: the name the link has authenticated, else the system's account. Never something that can be set."""

from topology.machine.system import account


def operators_name(authenticated: str | None = None) -> str:
    """Give the operator's name; *authenticated* is what the link knows the operator as, if it does."""
    if authenticated:
        return authenticated
    return account()
