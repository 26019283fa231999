"""Who acts: the name the link has authenticated, else the system's account. Never something that can be set."""

import os
import pwd


def operators_name(authenticated: str | None = None) -> str:
    """Give the operator's name; *authenticated* is what the link knows the operator as, if it does."""
    if authenticated:
        return authenticated
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid-{number}"
