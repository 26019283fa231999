"""A stand-in for an API server, for where there is no real one: lists, watches, versions, evictions with budgets, Leases.

What it does like the real one is in `facts.py`, which is held against both.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from topology.links.fleet_source import Identity
from topology.links.kubernetes.actor import KubernetesActor
from topology.links.kubernetes.client.api import KubernetesApi
from topology.links.kubernetes.client.kubeconfig import Access
from topology.links.kubernetes.scheme import region_of

NODES, PODS = "/api/v1/nodes", "/api/v1/pods"
BUDGETS = "/apis/policy/v1/poddisruptionbudgets"
LEASES = "/apis/coordination.k8s.io/v1/leases"
COLLECTIONS = (NODES, PODS, BUDGETS, LEASES, "/apis/apps/v1/deployments", "/apis/apps/v1/statefulsets")
Object = dict[str, Any]


class Double:
    """The objects of one cluster, by collection and `namespace/name`."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Object]] = {name: {} for name in COLLECTIONS}
        self.version = 1
        self.oldest = 0
        """Watches from before this version get 410."""
        self.history: list[tuple[int, str, str, Object]] = []
        self.news = asyncio.Condition()
        self.uid = str(uuid.uuid4())

    async def put(self, collection: str, one: Object, kind: str = "") -> Object:
        """Make or change an object, with a version of its own."""
        key = key_of(one)
        known = self.objects[collection].get(key)
        self.version += 1
        meta = one["metadata"]
        meta["resourceVersion"] = str(self.version)
        meta.setdefault("uid", known["metadata"]["uid"] if known else str(uuid.uuid4()))
        self.objects[collection][key] = one
        await self._tell(collection, kind or ("MODIFIED" if known else "ADDED"), one)
        return one

    async def remove(self, collection: str, key: str) -> None:
        """Take an object away."""
        one = self.objects[collection].pop(key)
        self.version += 1
        await self._tell(
            collection, "DELETED", {**one, "metadata": {**one["metadata"], "resourceVersion": str(self.version)}}
        )

    async def node(self, name: str, zone: str = "az1") -> None:
        """Make a node that is ready."""
        labels = {"topology.kubernetes.io/zone": zone, "pool": "blue"}
        ready = {"conditions": [{"type": "Ready", "status": "True"}]}
        await self.put(NODES, {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": ready})

    async def pod(self, name: str, node: str, app: str = "index", **meta: Any) -> None:
        """Make a pod that is ready."""
        owner = [{"kind": "ReplicaSet", "name": f"{app}-abc", "controller": True}]
        labels = {"app": app, "pod-template-hash": "abc"}
        ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
        about = {"name": name, "namespace": "shop", "labels": labels, "ownerReferences": owner, **meta}
        await self.put(PODS, {"metadata": about, "spec": {"nodeName": node}, "status": ready})
        await self.count_budgets()

    async def budget(self, name: str, least: int, app: str = "index") -> None:
        """Make a disruption budget."""
        spec = {"minAvailable": least, "selector": {"matchLabels": {"app": app}}}
        await self.put(BUDGETS, {"metadata": {"name": name, "namespace": "shop"}, "spec": spec, "status": {}})
        await self.count_budgets()

    async def count_budgets(self) -> None:
        """Do what the controller of budgets does."""
        for budget in self.objects[BUDGETS].values():
            app, least = budget["spec"]["selector"]["matchLabels"]["app"], budget["spec"]["minAvailable"]
            healthy = sum(pod["metadata"]["labels"]["app"] == app for pod in self.objects[PODS].values())
            status = {"desiredHealthy": least, "currentHealthy": healthy, "disruptionsAllowed": max(0, healthy - least)}
            if budget["status"] != status:
                await self.put(BUDGETS, {**budget, "status": status})

    async def _tell(self, collection: str, kind: str, one: Object) -> None:
        self.history.append((self.version, collection, kind, json.loads(json.dumps(one))))
        async with self.news:
            self.news.notify_all()


class DoubleServer:
    """Answers for a `Double` over HTTP."""

    def __init__(self, double: Double) -> None:
        self.double = double

    def app(self) -> web.Application:
        """Give the application."""
        made = web.Application()
        for collection in COLLECTIONS:
            made.router.add_get(collection, self._list)
        made.router.add_get("/api/v1/namespaces/kube-system", self._namespace)
        made.router.add_get("/api/v1/nodes/{name}", self._get_node)
        made.router.add_patch("/api/v1/nodes/{name}", self._patch_node)
        made.router.add_post("/api/v1/namespaces/{space}/pods/{name}/eviction", self._evict)
        leases = "/apis/coordination.k8s.io/v1/namespaces/{space}/leases"
        made.router.add_post(leases, self._make_lease)
        made.router.add_get(leases + "/{name}", self._get_lease)
        made.router.add_patch(leases + "/{name}", self._patch_lease)
        return made

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("watch"):
            return await self._watch(request)
        items = list(self.double.objects[request.path].values())
        node = request.query.get("fieldSelector", "").partition("=")[2]
        items = [one for one in items if not node or one["spec"].get("nodeName") == node]
        begin, limit = int(request.query.get("continue", 0)), int(request.query.get("limit", 0)) or len(items)
        more = str(begin + limit) if begin + limit < len(items) else ""
        meta = {"resourceVersion": str(self.double.version), "continue": more}
        return web.json_response({"metadata": meta, "items": items[begin : begin + limit]})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        seen = int(request.query["resourceVersion"])
        if seen < self.double.oldest:
            status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"}
            await answer.write(json.dumps({"type": "ERROR", "object": status}).encode() + b"\n")
            return answer
        while True:
            for version, collection, kind, one in list(self.double.history):
                if version > seen and collection == request.path:
                    await answer.write(json.dumps({"type": kind, "object": one}).encode() + b"\n")
            seen = self.double.version
            async with self.double.news:
                await self.double.news.wait_for(lambda since=seen: self.double.version > since)

    async def _namespace(self, request: web.Request) -> web.Response:
        return web.json_response({"metadata": {"name": "kube-system", "uid": self.double.uid}})

    async def _get_node(self, request: web.Request) -> web.Response:
        return _found(self.double.objects[NODES].get(request.match_info["name"]))

    async def _patch_node(self, request: web.Request) -> web.Response:
        return await self._patch(NODES, request.match_info["name"], await request.json())

    async def _patch(self, collection: str, key: str, change: Object) -> web.Response:
        one = self.double.objects[collection].get(key)
        if one is None:
            return _failed(404, "NotFound", "not found")
        wanted = change.get("metadata", {}).pop("resourceVersion", one["metadata"]["resourceVersion"])
        if wanted != one["metadata"]["resourceVersion"]:
            return _failed(
                409, "Conflict", "the object has been modified; please apply your changes to the latest version"
            )
        return web.json_response(await self.double.put(collection, merged(one, change)))

    async def _evict(self, request: web.Request) -> web.Response:
        pod = self.double.objects[PODS].get(f"{request.match_info['space']}/{request.match_info['name']}")
        if pod is None:
            return _failed(404, "NotFound", "not found")
        wanted = (await request.json()).get("deleteOptions", {}).get("preconditions", {}).get("uid")
        if wanted not in (None, pod["metadata"]["uid"]):
            return _failed(409, "Conflict", "the UID in the precondition does not match")
        app = pod["metadata"]["labels"]["app"]
        budgets = [
            one for one in self.double.objects[BUDGETS].values() if one["spec"]["selector"]["matchLabels"]["app"] == app
        ]
        if len(budgets) > 1:
            said = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            return _failed(500, "InternalError", said)
        for one in budgets:
            status, name = one["status"], one["metadata"]["name"]
            if not status["disruptionsAllowed"]:
                said = (
                    f"The disruption budget {name} needs {status['desiredHealthy']} healthy pods and has "
                    f"{status['currentHealthy']} currently"
                )
                why = "Cannot evict pod as it would violate the pod's disruption budget."
                return _failed(429, "TooManyRequests", why, {"reason": "DisruptionBudget", "message": said})
        await self.double.remove(PODS, key_of(pod))
        await self.double.count_budgets()
        return web.json_response({"kind": "Status", "status": "Success", "code": 201}, status=201)

    async def _make_lease(self, request: web.Request) -> web.Response:
        body = await request.json()
        body["metadata"]["namespace"] = request.match_info["space"]
        if key_of(body) in self.double.objects[LEASES]:
            return _failed(409, "AlreadyExists", "already exists")
        return web.json_response(await self.double.put(LEASES, body), status=201)

    async def _get_lease(self, request: web.Request) -> web.Response:
        return _found(self.double.objects[LEASES].get(f"{request.match_info['space']}/{request.match_info['name']}"))

    async def _patch_lease(self, request: web.Request) -> web.Response:
        key = f"{request.match_info['space']}/{request.match_info['name']}"
        return await self._patch(LEASES, key, await request.json())


@asynccontextmanager
async def served(double: Double) -> AsyncIterator[str]:
    """Serve it; gives its address."""
    runner = web.AppRunner(DoubleServer(double).app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def acting_on(double: Double) -> AsyncIterator[KubernetesActor]:
    """Open it as a source that acts."""
    async with served(double) as address:
        api = KubernetesApi(Access("double", Path("/nonexistent"), address))
        source = KubernetesActor(api, await region_of(api), Identity("op1", "nothing"))
        try:
            yield source
        finally:
            await source.aclose()


def merged(one: Object, change: Object) -> Object:
    """Give an object with a merge patch (RFC 7396)."""
    found = dict(one)
    for key, value in change.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key, {}), value) if isinstance(value, dict) else value
    return found


def key_of(one: Object) -> str:
    """Give `namespace/name`, or the name of what stands in none."""
    meta = one["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else meta["name"]


def _found(one: Object | None) -> web.Response:
    return _failed(404, "NotFound", "not found") if one is None else web.json_response(one)


def _failed(code: int, reason: str, message: str, cause: Object | None = None) -> web.Response:
    body: Object = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return web.json_response(body | ({"details": {"causes": [cause]}} if cause else {}), status=code)
