"""Puts what NetworkPolicies say of who may call whom beside what environment values say, and names where they disagree.

A policy names a caller when both sides are selected by labels. One that is for everybody, or for everything in a namespace,
allows calls and says nothing of who makes them.
"""

from collections.abc import Iterable, Iterator

from topology.imports.facts import ManifestFacts, NetworkPolicy, PolicyPeer
from topology.imports.kubernetes.dependencies import Edge, Key
from topology.imports.notes import ImportRefusedError, Note, Topic
from topology.imports.shapes import Steps
from topology.kubernetes.selectors import LabelIndex
from topology.region.sentences.counting import counted, first_of

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that every namespace has: its own name."""
MOST_EDGES = 200_000
_MOST_NAMED = 20

Pair = tuple[Key, Key]


class _Rules:
    """What the policies say of each workload."""

    def __init__(self, facts: ManifestFacts) -> None:
        self._facts = facts
        self._keys = sorted(facts.workloads)
        workloads = [facts.workloads[key] for key in self._keys]
        self._index = LabelIndex((workload.namespace, workload.labels) for workload in workloads)
        self._namespaces = sorted({workload.namespace for workload in workloads})
        self._steps = Steps()
        self.named: dict[Pair, dict[str, None]] = {}
        """Pairs that policies name by labels, with the policies."""
        self.callers: dict[Key, list[tuple[NetworkPolicy, PolicyPeer | None]]] = {}
        self.called: dict[Key, list[tuple[NetworkPolicy, PolicyPeer | None]]] = {}
        self.broad = 0
        for policy in facts.policies:
            self._read(policy)

    def _read(self, policy: NetworkPolicy) -> None:
        subjects = self._select(policy.namespace, policy)
        for peers, table, inward in ((policy.ingress, self.callers, True), (policy.egress, self.called, False)):
            if peers is None:
                continue
            self._steps.take(len(subjects) * (len(peers) + 1))
            for key in subjects:
                table.setdefault(key, []).extend([(policy, None), *((policy, peer) for peer in peers)])
            for peer in peers:
                if not peer.pods.requirements or not policy.pods.requirements or peer.doubt:
                    self.broad += 1
                    continue
                self._name(policy, subjects, self._peers_of(policy, peer), inward=inward)

    def _name(self, policy: NetworkPolicy, subjects: list[Key], others: list[Key], *, inward: bool) -> None:
        self._steps.take(len(subjects) * len(others))
        for subject in subjects:
            for other in others:
                pair = (other, subject) if inward else (subject, other)
                if subject != other:
                    self.named.setdefault(pair, {})[str(policy)] = None
        if len(self.named) > MOST_EDGES:
            raise ImportRefusedError(
                f"Network policies let more than {MOST_EDGES:,} pairs of workloads call each other ({policy} is the last "
                "one read); import fewer at a time."
            )

    def _select(self, namespace: str, selecting: NetworkPolicy | PolicyPeer) -> list[Key]:
        return [self._keys[number] for number in self._index.find(namespace, selecting.pods)]

    def _peers_of(self, policy: NetworkPolicy, peer: PolicyPeer) -> list[Key]:
        return [key for namespace in self._namespaces_of(policy, peer) for key in self._select(namespace, peer)]

    def _namespaces_of(self, policy: NetworkPolicy, peer: PolicyPeer) -> list[str]:
        """Give the namespaces of a peer, as far as they are selected by name; other labels of theirs are not read."""
        if peer.namespaces is None:
            return [policy.namespace]
        if self._by_other_labels(peer):
            return []
        return [name for name in self._namespaces if peer.namespaces.holds({NAMESPACE_NAME: name})]

    def _by_other_labels(self, peer: PolicyPeer) -> bool:
        return peer.namespaces is not None and any(one.key != NAMESPACE_NAME for one in peer.namespaces.requirements)

    def forbids(self, caller: Key, called: Key) -> Iterator[str]:
        """Give the policies that keep one from calling another; nothing where one of them may allow it."""
        for subject, other, table in ((called, caller, self.callers), (caller, called, self.called)):
            rules = table.get(subject, [])
            self._steps.take(len(rules))
            if rules and not any(peer is not None and self._lets(policy, peer, other) for policy, peer in rules):
                yield from dict.fromkeys(str(policy) for policy, _ in rules)

    def _lets(self, policy: NetworkPolicy, peer: PolicyPeer, other: Key) -> bool:
        if peer.anyone or peer.doubt or self._by_other_labels(peer):
            return True
        return other[0] in self._namespaces_of(policy, peer) and peer.pods.holds(self._facts.workloads[other].labels)


def with_policies(facts: ManifestFacts, addressed: tuple[Edge, ...]) -> tuple[tuple[Edge, ...], list[Note]]:
    """Add what policies name to the edges that environment values state.

    Raises:
        ImportRefusedError: they name more than any region has.
    """
    if not facts.policies:
        return addressed, []
    rules = _Rules(facts)
    by_pair = {(edge.dependent, edge.needs): edge for edge in addressed}
    edges = [
        Edge(*pair, by_pair[pair].variables if pair in by_pair else (), tuple(rules.named.get(pair, ())))
        for pair in sorted({*by_pair, *rules.named})
    ]
    return tuple(edges), list(_notes(facts, rules, by_pair))


def _notes(facts: ManifestFacts, rules: _Rules, by_pair: dict[Pair, Edge]) -> Iterator[Note]:
    def spoken(pairs: Iterable[Pair]) -> str:
        named = [f"{facts.workloads[one]} to {facts.workloads[other]}" for one, other in sorted(pairs)]
        return first_of(named, _MOST_NAMED)

    both = by_pair.keys() & rules.named.keys()
    text = f"{counted(len(rules.named), 'pair')} of caller and called named by network policies, "
    yield Note(Topic.DEPENDENCY, f"{text}{len(both):,} of them also by environment values")
    alone = rules.named.keys() - both
    if alone:
        text = (
            f"{len(alone):,} allowed by a network policy, but no environment value that was read addresses the called"
        )
        yield Note(Topic.DEPENDENCY, f'{text}: written as "hard", take out those that never call: {spoken(alone)}')
    forbidden = {pair: list(rules.forbids(*pair)) for pair in sorted(by_pair)}
    for pair, policies in forbidden.items():
        if policies:
            variables = first_of(list(by_pair[pair].variables), _MOST_NAMED)
            text = f"{spoken([pair])}: addressed ({variables}), but not allowed by {first_of(policies, _MOST_NAMED)}"
            yield Note(Topic.DEPENDENCY, f"{text}; the dependency is kept", facts.workloads[pair[0]].place)
    unnamed = [pair for pair, policies in forbidden.items() if not policies and pair not in rules.named]
    if unnamed:
        text = f"{len(unnamed):,} addressed, and named by no network policy, though none is in the way"
        yield Note(Topic.DEPENDENCY, f"{text}: {spoken(unnamed)}")
    if rules.broad:
        text = f"{counted(rules.broad, 'rule')} of network policies for everybody, a whole namespace or addresses: no dependency"
        yield Note(Topic.DEPENDENCY, text)
