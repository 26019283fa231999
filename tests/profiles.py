"""How many examples hypothesis tries: few on a desk, all in the whole check. `HYPOTHESIS_PROFILE` chooses.

- `desk`: a share of the examples, always the same ones. What `bootstrap.py test` and pytest by hand use.
- `ci`: all of them, always the same ones. What `.ci/run` uses.
- `search`: all of them, others at every run, to look for what nobody has found yet.
"""

import os

from hypothesis import HealthCheck, settings

USUAL = 100
DESK_SHARE = 5
CHOSEN = os.environ.get("HYPOTHESIS_PROFILE") or "desk"


def examples(count: int) -> int:
    """Give how many of *count* examples the chosen profile tries."""
    return max(1, count // DESK_SHARE) if CHOSEN == "desk" else count


def load_profile() -> None:
    """Make the profiles known, and choose one."""
    # A shared machine may stall for longer than any deadline that would still say something, while inputs are made as well.
    slow = [HealthCheck.too_slow]
    settings.register_profile(
        "base", deadline=None, suppress_health_check=slow, print_blob=True, max_examples=examples(USUAL)
    )
    for name, same in (("desk", True), ("ci", True), ("search", False)):
        more = {"derandomize": True, "database": None} if same else {}
        settings.register_profile(name, settings.get_profile("base"), **more)
    settings.load_profile(CHOSEN)
