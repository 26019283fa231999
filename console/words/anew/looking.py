"""Why nothing can be done at a region, in words: who may only look, and by whose word."""

from collections.abc import Callable
from typing import Any

from topology.fleet.reasons import looking

SENTENCES: dict[type[looking.WhyLooks], Callable[[Any], str]] = {
    looking.DescribedReadOnly: lambda _: "nothing can be done from here",
    looking.LedgerRightMissing: lambda why: (
        f"{f'{why.operator} may not' if why.operator else 'nobody may'} write it any more (etcd denies it)"
        if why.was_taken
        else f"{why.operator} may only look at it (etcd gives them no right to write)"
    ),
    looking.PrefixRightMissing: lambda why: (
        f"etcd lets {why.operator or 'nobody without a certificate'} only look at {why.prefix}"
    ),
    looking.AccountRightMissing: lambda why: f"the account {why.account} may not {why.verb} {why.resource}",
    looking.LooksTold: lambda why: why.text,
}


def looks_sentence(why: looking.WhyLooks) -> str:
    """Say why a region is only looked at, without a full stop."""
    return f"read-only: {SENTENCES[type(why)](why)}"
