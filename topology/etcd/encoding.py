"""Writes transactions as etcd's messages, and reads its answers. More operations than one may have are packed into nested ones."""

from collections.abc import Iterator, Sequence
from typing import Any

from topology.etcd.values import (
    MOST_OPERATIONS,
    Absent,
    Comparison,
    CreatedAt,
    Delete,
    Get,
    NoneAfter,
    Operation,
    Present,
    Put,
    StoredKey,
    Unchanged,
    VersionAtMost,
    VersionIs,
    end_of,
)
from topology.etcd.wire import message

_EQUAL, _GREATER, _LESS = 0, 1, 2
_VERSION, _CREATE, _MOD = 0, 1, 2
_DESCENDING = 2


def most_packed(beside: int) -> int:
    """Give how many operations one transaction can carry that has *beside* comparisons, or operations for when they fail.

    etcd counts a nested transaction's operations with the larger of what its outer one compares and does, not with its neighbours'.
    """
    return max((parts * (MOST_OPERATIONS - max(parts, beside)) for parts in range(1, MOST_OPERATIONS)), default=0)


def request_of(compare: Sequence[Comparison], then: Sequence[Operation], otherwise: Sequence[Operation]) -> Any:
    """Give the transaction, all of it in one step: *then* in parts, where it is more than etcd takes in one list."""
    return message(
        "TxnRequest",
        compare=[_comparison(one) for one in compare],
        success=_packed([_operation(one) for one in then], max(len(compare), len(otherwise))),
        failure=[_operation(one) for one in otherwise],
    )


def ranges_in(answer: Any) -> Iterator[Any]:
    """Give what was read, in the order in which it was asked."""
    for one in answer.responses:
        if one.HasField("response_range"):
            yield one.response_range
        elif one.HasField("response_txn"):
            yield from ranges_in(one.response_txn)


def _packed(operations: list[Any], beside: int) -> list[Any]:
    """Put operations into as few transactions without comparisons as hold them; what fits stays as it is."""
    if len(operations) <= MOST_OPERATIONS:
        return operations
    for parts in range(2, MOST_OPERATIONS):
        size = MOST_OPERATIONS - max(parts, beside)
        if size > 0 and parts * size >= len(operations):
            some = [operations[at : at + size] for at in range(0, len(operations), size)]
            return [message("RequestOp", request_txn=message("TxnRequest", success=one)) for one in some]
    return operations  # etcd says that it is too much


def entry_of(found: Any) -> StoredKey:
    """Give a key as it was answered."""
    return StoredKey(
        found.key.decode(), found.value, found.create_revision, found.mod_revision, found.lease, found.version
    )


def _comparison(one: Comparison) -> Any:
    match one:
        case Absent(key):
            return message("Compare", result=_EQUAL, target=_CREATE, key=key.encode(), create_revision=0)
        case Present(key):
            return message("Compare", result=_GREATER, target=_CREATE, key=key.encode(), create_revision=0)
        case VersionIs(key, version):
            return message("Compare", result=_EQUAL, target=_VERSION, key=key.encode(), version=version)
        case VersionAtMost(key, version):
            return message("Compare", result=_LESS, target=_VERSION, key=key.encode(), version=version + 1)
        case CreatedAt(key, created):
            return message("Compare", result=_EQUAL, target=_CREATE, key=key.encode(), create_revision=created)
        case Unchanged(key, modified):
            return message("Compare", result=_EQUAL, target=_MOD, key=key.encode(), mod_revision=modified)
        case NoneAfter(key, revision, prefix):
            end = end_of(key) if prefix else b""
            raw = key.encode()
            return message("Compare", result=_LESS, target=_MOD, key=raw, range_end=end, mod_revision=revision + 1)


def _operation(one: Operation) -> Any:
    match one:
        case Get(key, prefix, keys_only, last, after):
            wanted = message(
                "RangeRequest",
                key=key.encode(),
                range_end=end_of(key) if prefix else b"",
                keys_only=keys_only,
                limit=last,
                sort_order=_DESCENDING if last else 0,
                min_mod_revision=after + 1 if after else 0,
            )
            return message("RequestOp", request_range=wanted)
        case Put(key, value, lease):
            return message("RequestOp", request_put=message("PutRequest", key=key.encode(), value=value, lease=lease))
        case Delete(key, prefix):
            gone = message("DeleteRangeRequest", key=key.encode(), range_end=end_of(key) if prefix else b"")
            return message("RequestOp", request_delete_range=gone)
