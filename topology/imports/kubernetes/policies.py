"""Reads NetworkPolicies: who may call the pods that they select, and whom these may call.

Source: k8s.io/api/networking/v1: a rule without peers is for everybody, no rule for nobody; without `policyTypes` a policy
is about ingress, and about egress where it has such rules.
"""

from topology.imports.facts import NetworkPolicy, PolicyPeer
from topology.imports.kubernetes.readers import Fields, Header
from topology.imports.selectors import read_selector
from topology.imports.shapes import DefectError, Steps, described, items_of, mapping_of
from topology.kubernetes.selectors import Selector


def read_policy(header: Header, steps: Steps) -> NetworkPolicy:
    """Read a policy.

    Raises:
        DefectError: it does not have the shape of one.
    """
    if header.version != "v1":
        raise DefectError("only networking.k8s.io/v1 is read")
    spec = mapping_of(header.spec, "spec", steps)
    pods = read_selector(spec.get("podSelector", {}), steps, "spec.podSelector")
    if pods.doubt:
        raise DefectError(pods.doubt)
    types = items_of(spec.get("policyTypes"), "spec.policyTypes", steps)
    unknown = [one for one in types if one not in ("Ingress", "Egress")]
    if unknown:
        raise DefectError(f"spec.policyTypes has {described(unknown[0])}, neither Ingress nor Egress")
    ingress = not types or "Ingress" in types
    egress = "Egress" in types or (not types and spec.get("egress") is not None)
    return NetworkPolicy(
        header.namespace,
        header.name,
        pods,
        _peers(spec, "ingress", "from", steps) if ingress else None,
        _peers(spec, "egress", "to", steps) if egress else None,
        header.place,
    )


def unknown_policy(header: Header) -> NetworkPolicy:
    """Give a policy that may be about anything in its namespace, and allow it."""
    doubt = (PolicyPeer(doubt=True),)
    return NetworkPolicy(header.namespace, header.name, Selector(), doubt, doubt, header.place)


def _peers(spec: Fields, rules: str, side: str, steps: Steps) -> tuple[PolicyPeer, ...]:
    found: list[PolicyPeer] = []
    for raw in items_of(spec.get(rules), f"spec.{rules}", steps):
        rule = mapping_of(raw, f"an entry of spec.{rules}", steps)
        named = items_of(rule.get(side), f"{side} of an entry of spec.{rules}", steps)
        if not named:
            found.append(PolicyPeer(anyone=True))
        found += [_peer(mapping_of(one, f"an entry of {side}", steps), side, steps) for one in named]
    return tuple(found)


def _peer(fields: Fields, side: str, steps: Steps) -> PolicyPeer:
    if fields.get("ipBlock") is not None:
        return PolicyPeer(doubt=True)  # which pods have such addresses is not said
    if "podSelector" not in fields and "namespaceSelector" not in fields:
        raise DefectError(f"an entry of {side} has neither podSelector, namespaceSelector nor ipBlock")
    pods, namespaces = Selector(), None
    if fields.get("podSelector") is not None:
        pods = read_selector(fields["podSelector"], steps, f"podSelector of {side}")
    if fields.get("namespaceSelector") is not None:
        namespaces = read_selector(fields["namespaceSelector"], steps, f"namespaceSelector of {side}")
    doubts = pods.doubt or (namespaces.doubt if namespaces else "")
    if doubts:
        raise DefectError(doubts)
    return PolicyPeer(pods, namespaces)
