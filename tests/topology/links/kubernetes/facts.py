"""What an API server does, as recorded from a real one (1.36.3): held against the real one, and against the double.

Each fact is asked of a cluster with the nodes n0 and n1, where the shop has 3 ready pods `index`, one of them called *pod*.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[..., Awaitable[tuple[int, Any]]]
"""Makes a request (method, path, body, merges=) and gives the status and what was answered."""
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
SPENT = "The disruption budget index needs 3 healthy pods and has 3 currently"
SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


async def cordon_is_compare_and_set(send: Send) -> None:
    """A patch with the version of now is done, one with an older version is 409."""
    _, node = await send("GET", "/api/v1/nodes/n0")
    change = {"metadata": {"resourceVersion": node["metadata"]["resourceVersion"]}, "spec": {"unschedulable": True}}
    status, after = await send("PATCH", "/api/v1/nodes/n0", change, merges=True)
    assert (status, after["spec"]["unschedulable"]) == (200, True)
    status, said = await send("PATCH", "/api/v1/nodes/n0", change, merges=True)
    assert (status, said["reason"]) == (409, "Conflict")


async def null_takes_away(send: Send) -> None:
    """A merge patch with null takes a field and an annotation away."""
    await send(
        "PATCH",
        "/api/v1/nodes/n1",
        {"metadata": {"annotations": {"a": "b"}}, "spec": {"unschedulable": True}},
        merges=True,
    )
    change = {"metadata": {"annotations": {"a": None}}, "spec": {"unschedulable": None}}
    _, after = await send("PATCH", "/api/v1/nodes/n1", change, merges=True)
    assert "unschedulable" not in after["spec"]
    assert "a" not in after["metadata"].get("annotations", {})


async def another_uid_is_a_conflict(send: Send, pod: str) -> None:
    """An eviction of a pod with another uid is 409, of one that is not there 404."""
    status, said = await evict(send, pod, "0000")
    assert (status, said["reason"]) == (409, "Conflict")
    status, _ = await evict(send, "nobody", "0000")
    assert status == 404


async def a_lease_is_made_once(send: Send) -> None:
    """The second POST of one Lease is 409, and a patch with an old version too."""
    body = {"metadata": {"name": "fact", "namespace": "kube-system"}, "spec": {"holderIdentity": "a"}}
    assert (await send("POST", LEASES, body))[0] == 201
    status, said = await send("POST", LEASES, body)
    assert (status, said["reason"]) == (409, "AlreadyExists")
    change = {"metadata": {"resourceVersion": "1"}, "spec": {"holderIdentity": "b"}}
    assert (await send("PATCH", f"{LEASES}/fact", change, merges=True))[0] == 409


async def a_spent_budget_is_429(send: Send, pod: str, uid: str) -> None:
    """With a budget that needs all three, an eviction is 429 and says why."""
    status, said = await evict(send, pod, uid)
    cause = said["details"]["causes"][0]
    assert (status, said["reason"], cause["reason"]) == (429, "TooManyRequests", "DisruptionBudget")
    assert cause["message"] == SPENT


async def several_budgets_are_500(send: Send, pod: str, uid: str) -> None:
    """With two budgets an eviction is 500, for good."""
    status, said = await evict(send, pod, uid)
    assert (status, said["message"]) == (500, SEVERAL)


async def room_is_201(send: Send, pod: str, uid: str) -> None:
    """Without a budget an eviction is 201."""
    assert (await evict(send, pod, uid))[0] == 201


async def evict(send: Send, pod: str, uid: str) -> tuple[int, Any]:
    """Evict a pod by its uid."""
    meta = {"name": pod, "namespace": "shop"}
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": meta,
        "deleteOptions": {"preconditions": {"uid": uid}},
    }
    return await send("POST", f"/api/v1/namespaces/shop/pods/{pod}/eviction", body)
