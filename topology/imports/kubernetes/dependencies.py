"""Finds who calls whom: environment values that address a service, and the workloads that the service leads to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from topology.imports.facts import (
    DEFAULT_NAMESPACE,
    ConfigMap,
    FromKey,
    FromMap,
    ManifestFacts,
    Service,
    Unlisted,
    Workload,
)
from topology.imports.kubernetes.addresses import (
    HostAddress,
    addresses_in,
    holds_image,
    reads_as_address,
    says_address,
)
from topology.imports.kubernetes.arguments import is_argument
from topology.imports.kubernetes.environment import resolved
from topology.imports.notes import Note, Topic, plain
from topology.imports.shapes import Steps
from topology.kubernetes.selectors import LabelIndex
from topology.region.sentences.counting import first_of

Key = tuple[str, str, str]
_MOST_ALIASES = 4
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Edge:
    """A workload that needs another, and the variables and network policies that say so."""

    dependent: Key
    needs: Key
    variables: tuple[str, ...]
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """What an address leads to."""

    name: str
    workloads: tuple[Key, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()


class Resolver:
    """Says what a host name leads to, seen from a namespace, as the DNS of a cluster would."""

    def __init__(self, facts: ManifestFacts) -> None:
        self._services = facts.services
        self._workloads = [facts.workloads[key] for key in sorted(facts.workloads)]
        self._unlisted = facts.unlisted
        self._index = LabelIndex((workload.namespace, workload.labels) for workload in self._workloads)
        self._other_index = LabelIndex((other.namespace, other.labels) for other in facts.unlisted)
        self._by_name: dict[tuple[str, str], list[Workload]] = {}
        self._namespaces = {DEFAULT_NAMESPACE}
        self._variables: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str, str], _Target] = {}
        for workload in self._workloads:
            self._by_name.setdefault((workload.namespace, workload.name), []).append(workload)
            self._namespaces.add(workload.namespace)
        for namespace, name in self._services:
            self._namespaces.add(namespace)
            self._variables[namespace, name.upper().replace("-", "_")] = name

    def given(self, namespace: str, variable: str) -> str | None:
        """Give the value of a variable that Kubernetes sets for every service of a namespace."""
        for ending, value in (("_SERVICE_HOST", None), ("_SERVICE_PORT", "1")):
            name = self._variables.get((namespace, variable.removesuffix(ending)))
            if variable.endswith(ending) and name is not None:
                return value or name
        return None

    def lead(self, namespace: str, host: str, aliases: int = 0) -> _Target | None:
        """Follow *host*; None when it names nothing in the documents."""
        for place, name, member in self._readings(namespace, host):
            target = self._named(place, name, aliases)
            if target is not None and (not member or any(host.startswith(f"{key[1]}-") for key in target.workloads)):
                return target
        return None

    def in_cluster(self, host: str) -> bool:
        """Say whether *host* can only be a name inside a cluster."""
        labels = host.split(".")
        return len(labels) == 1 or "svc" in labels[2:4] or (len(labels) == 2 and labels[1] in self._namespaces)

    def _readings(self, namespace: str, host: str) -> Iterator[tuple[str, str, bool]]:
        """Give the namespaces and services *host* can mean; the flag marks one pod of a StatefulSet (`db-0.db`)."""
        labels = host.split(".")
        if len(labels) == 1:
            yield namespace, labels[0], False
        elif len(labels) == 2:
            yield labels[1], labels[0], False
            yield namespace, labels[1], True
        elif labels[2] == "svc":
            yield labels[1], labels[0], False
        else:
            if len(labels) == 3 or labels[3] == "svc":
                yield labels[2], labels[1], True

    def _named(self, namespace: str, name: str, aliases: int) -> _Target | None:
        key = (namespace, name)
        if key not in self._found:
            service = self._services.get(key)
            found = self._of_service(service, aliases) if service is not None else self._of_workload(namespace, name)
            if found is None:
                return None
            self._found[key] = found
        return self._found[key]

    def _of_service(self, service: Service, aliases: int) -> _Target | None:
        if service.external_name:
            if aliases >= _MOST_ALIASES:
                return _Target(service.name)
            return self.lead(service.namespace, service.external_name.lower().rstrip("."), aliases + 1) or _Target(
                service.name
            )
        found = self._index.find(service.namespace, service.selector)
        others = self._other_index.find(service.namespace, service.selector)
        return _Target(
            service.name,
            tuple(self._workloads[number].key for number in found),
            tuple(self._unlisted[number] for number in others),
        )

    def _of_workload(self, namespace: str, name: str) -> _Target | None:
        """Take a workload's own name for its service's where the documents leave the service out."""
        found = self._by_name.get((namespace, name))
        return _Target(name, tuple(workload.key for workload in found)) if found else None


class _Findings:
    """Gathers edges and notes, so that what many variables say is said once."""

    def __init__(self) -> None:
        self.edges: dict[tuple[Key, Key], dict[str, None]] = {}
        self.itself: dict[Key, dict[str, None]] = {}
        self.nowhere: dict[tuple[Key, str], dict[str, None]] = {}
        self.outside: dict[str, dict[Key, None]] = {}
        self.led_away: dict[tuple[Key, str], _Target] = {}
        self.several: dict[tuple[Key, ...], str] = {}
        self.words: dict[tuple[Key, str, str], None] = {}
        self.missing_settings: dict[tuple[str, str], dict[Key, None]] = {}
        self.steps = Steps()
        self._addresses: dict[str, tuple[HostAddress, ...]] = {}

    def addresses_in(self, value: str) -> tuple[HostAddress, ...]:
        """Give the addresses in *value*; a ConfigMap that many workloads read is searched once."""
        if value not in self._addresses:
            self.steps.take(len(value) // 20)
            self._addresses[value] = tuple(addresses_in(value))
        return self._addresses[value]


def find_dependencies(facts: ManifestFacts) -> tuple[tuple[Edge, ...], tuple[Note, ...]]:
    """Find the edges that environment values state, and what there is to say about the others."""
    resolver, found = Resolver(facts), _Findings()
    for key in sorted(facts.workloads):
        workload = facts.workloads[key]
        for variable, address in _addresses_of(workload, facts, resolver, found):
            _note_address(workload, variable, address, resolver, found)
    edges = tuple(Edge(*pair, tuple(variables)) for pair, variables in sorted(found.edges.items()))
    return edges, tuple(_notes(facts, found))


def _addresses_of(
    workload: Workload, facts: ManifestFacts, resolver: Resolver, found: _Findings
) -> Iterator[tuple[str, HostAddress]]:
    def config_map(name: str) -> ConfigMap | None:
        return facts.config_maps.get((workload.namespace, name))

    def given(variable: str) -> str | None:
        return resolver.given(workload.namespace, variable)

    for container in workload.containers:
        for variable in container:
            if (
                isinstance(variable, FromKey | FromMap)
                and not variable.optional
                and config_map(variable.config_map) is None
            ):
                found.missing_settings.setdefault((workload.namespace, variable.config_map), {})[workload.key] = None
        for name, value in resolved(container, config_map, given, found.steps).items():
            if not holds_image(name):
                yield from ((name, address) for address in found.addresses_in(value))


def _note_address(
    workload: Workload, variable: str, address: HostAddress, resolver: Resolver, found: _Findings
) -> None:
    target = resolver.lead(workload.namespace, address.host)
    can_hold = says_address(variable) if is_argument(variable) else reads_as_address(variable)
    if address.plain_word and (target is None or not can_hold):
        if target is not None and target.workloads != (workload.key,) and not is_argument(variable):
            found.words[workload.key, variable, address.host] = None
        elif target is None and says_address(variable):
            found.nowhere.setdefault((workload.key, str(address)), {})[variable] = None
        return
    if target is None:
        if resolver.in_cluster(address.host):
            found.nowhere.setdefault((workload.key, str(address)), {})[variable] = None
        elif not address.plain_word and "." in address.host:
            found.outside.setdefault(str(address), {})[workload.key] = None
        return
    if not target.workloads or target.unlisted:
        found.led_away[workload.key, str(address)] = target
    if len(target.workloads) > 1:
        found.several[target.workloads] = target.name
    for needs in target.workloads:
        if needs == workload.key:
            found.itself.setdefault(workload.key, {})[variable] = None
        else:
            found.edges.setdefault((workload.key, needs), {})[variable] = None


def _notes(facts: ManifestFacts, found: _Findings) -> Iterator[Note]:
    def spoken(keys: Iterable[Key]) -> str:
        return first_of([str(facts.workloads[key]) for key in keys], _MOST_NAMED)

    def named(variables: Iterable[str]) -> str:
        return first_of([plain(variable) for variable in variables], _MOST_NAMED)

    for (key, address), variables in sorted(found.nowhere.items()):
        text = f"{spoken([key])} addresses {plain(address)} ({named(variables)}), which is not in the documents"
        text += ": no dependency"
        yield Note(Topic.DEPENDENCY, text, facts.workloads[key].place)
    for (key, address), target in sorted(found.led_away.items(), key=lambda pair: pair[0]):
        others = first_of([str(other) for other in target.unlisted], _MOST_NAMED)
        leads = f"{'also ' if target.workloads else ''}leads to {others}, which is not imported"
        what = leads if others else "leads to no workload that was read"
        text = f"{spoken([key])} addresses {plain(address)}; service {plain(target.name)} {what}"
        yield Note(Topic.DEPENDENCY, text, facts.workloads[key].place)
    for key, variables in sorted(found.itself.items()):
        yield Note(
            Topic.DEPENDENCY,
            f"{spoken([key])} addresses itself ({named(variables)}): no dependency",
            facts.workloads[key].place,
        )
    for key, variable, word in sorted(found.words):
        text = f"{spoken([key])} has the name of a service, {plain(word)}, in {plain(variable)}"
        text += ", which does not read as an address: no dependency"
        yield Note(Topic.DEPENDENCY, text, facts.workloads[key].place)
    for targets, name in sorted(found.several.items()):
        yield Note(
            Topic.DEPENDENCY,
            f"service {plain(name)} leads to {spoken(targets)}: a dependency on each, though one may do",
        )
    for address, keys in sorted(found.outside.items()):
        yield Note(
            Topic.DEPENDENCY, f"{plain(address)} is outside the documents; addressed by {spoken(keys)}: no dependency"
        )
    for (namespace, name), keys in sorted(found.missing_settings.items()):
        where = "" if namespace == DEFAULT_NAMESPACE else f" in {plain(namespace)}"
        text = f"ConfigMap {plain(name)}{where} is not in the documents; addresses in it are not seen"
        yield Note(Topic.NOT_UNDERSTOOD, f"{text}; read by {spoken(keys)}")
    secretive = [key for key in sorted(facts.workloads) if facts.workloads[key].reads_secrets]
    if secretive:
        yield Note(
            Topic.NOT_UNDERSTOOD,
            f"values from Secrets are not read, so addresses in them are not seen; read by {spoken(secretive)}",
        )
