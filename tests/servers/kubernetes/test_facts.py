"""What the double does is what the real API server does: the same facts, asked of the real one."""

import asyncio
import json
import urllib.error
from typing import Any

from tests.servers.kubernetes.control_plane import needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.topology.links.kubernetes import facts

pytestmark = needs_control_plane()


def test_that_the_real_api_server_does_what_was_recorded(empty_shop: Shop) -> None:
    plane = empty_shop.plane

    def answered(method: str, path: str, body: object, merges: bool) -> tuple[int, Any]:
        kind = "application/merge-patch+json" if merges else "application/json"
        try:
            # The API server says 200 or 201 for what was done; which of them is made out by the method.
            return 201 if method == "POST" else 200, plane.call(method, path, body, kind=kind)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    async def send(method: str, path: str, body: object = None, *, merges: bool = False) -> tuple[int, Any]:
        return await asyncio.to_thread(answered, method, path, body, merges)

    async def ask() -> None:
        pod = (await asyncio.to_thread(empty_shop.pods))[0]["metadata"]
        name, uid = pod["name"], pod["uid"]
        await facts.cordon_is_compare_and_set(send)
        await facts.null_takes_away(send)
        await facts.another_uid_is_a_conflict(send, name)
        await facts.a_lease_is_made_once(send)
        await asyncio.to_thread(empty_shop.budget, "index", 3)
        await asyncio.to_thread(empty_shop.settle)
        await facts.a_spent_budget_is_429(send, name, uid)
        await asyncio.to_thread(empty_shop.budget, "second", 1, {"app": "index"})
        await asyncio.to_thread(empty_shop.settle)
        await facts.several_budgets_are_500(send, name, uid)
        for budget in ("index", "second"):
            path = f"/apis/policy/v1/namespaces/shop/poddisruptionbudgets/{budget}"
            await asyncio.to_thread(plane.call, "DELETE", path)
        await facts.room_is_201(send, name, uid)
        await asyncio.to_thread(plane.call, "DELETE", f"{facts.LEASES}/fact")

    with Kubelets(empty_shop.plane):
        empty_shop.open(2, {"index": 3}, budgets=False)
        empty_shop.settle()
        asyncio.run(ask())
