"""Why a region is only looked at, as typed values: whose word that is, and about what. Words are the console's."""

import msgspec


class DescribedReadOnly(msgspec.Struct, frozen=True, tag="described"):
    """Its description does not say that it may be acted on, or nothing can be done through its kind of source."""


class LedgerRightMissing(msgspec.Struct, frozen=True, tag="ledger-right"):
    """*operator* has no right to write the ledger; *was_taken* while the region was open."""

    operator: str
    was_taken: bool = False


class PrefixRightMissing(msgspec.Struct, frozen=True, tag="prefix-right"):
    """etcd lets *operator* (empty: one without a certificate) only look at what begins with *prefix*."""

    operator: str
    prefix: str


class AccountRightMissing(msgspec.Struct, frozen=True, tag="account-right"):
    """An *account* may not *verb* a *resource*, such as `patch` `nodes`, which acting needs."""

    account: str
    verb: str
    resource: str


class LooksTold(msgspec.Struct, frozen=True, tag="told"):
    """What is only known as *text*, in words that end a sentence: the word of a link of another distribution."""

    text: str


WhyLooks = DescribedReadOnly | LedgerRightMissing | PrefixRightMissing | AccountRightMissing | LooksTold
