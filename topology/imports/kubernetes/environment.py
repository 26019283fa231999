"""Environment variables of containers: reading their statement, and working out the values a container sees."""

import re
from collections.abc import Callable, Mapping, Sequence

from topology.imports.facts import ConfigMap, FromKey, FromMap, Literal, Variable
from topology.imports.notes import plain
from topology.imports.shapes import DefectError, Steps, described, mapping_of, text_of

LONGEST_VALUE = 10_000
"""Characters of a value that names others by `$(NAME)`, before and after."""

_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)")


def read_variable(raw: object, steps: Steps) -> tuple[Variable | None, bool]:
    """Read an entry of `env`; says too whether it reads a secret, which is never looked into."""
    fields = mapping_of(raw, "an entry of env", steps)
    name = text_of(fields.get("name"), "name of an entry of env")
    source = mapping_of(fields.get("valueFrom"), f"valueFrom of {plain(name)}", steps)
    if source.get("configMapKeyRef") is not None:
        reference = mapping_of(source["configMapKeyRef"], f"configMapKeyRef of {plain(name)}", steps)
        settings = text_of(reference.get("name"), f"configMapKeyRef.name of {plain(name)}")
        key = text_of(reference.get("key"), f"configMapKeyRef.key of {plain(name)}")
        return FromKey(name, settings, key, reference.get("optional") is True), False
    if source:
        return None, source.get("secretKeyRef") is not None
    value = fields.get("value")
    if value is None:
        return Literal(name, ""), False
    if not isinstance(value, str):
        raise DefectError(f"value of {plain(name)} is {described(value)}, not text")
    return Literal(name, value), False


def read_set(raw: object, steps: Steps) -> tuple[Variable | None, bool]:
    """Read an entry of `envFrom`."""
    fields = mapping_of(raw, "an entry of envFrom", steps)
    prefix = fields.get("prefix")
    if prefix is not None and not isinstance(prefix, str):
        raise DefectError(f"prefix of an entry of envFrom is {described(prefix)}, not text")
    if fields.get("configMapRef") is None:
        return None, fields.get("secretRef") is not None
    reference = mapping_of(fields["configMapRef"], "configMapRef of an entry of envFrom", steps)
    name = text_of(reference.get("name"), "configMapRef.name of an entry of envFrom")
    return FromMap(prefix or "", name, reference.get("optional") is True), False


def resolved(
    variables: Sequence[Variable],
    config_map: Callable[[str], ConfigMap | None],
    given: Callable[[str], str | None],
    steps: Steps,
) -> dict[str, str]:
    """Give the values that a container sees, as far as the documents state them.

    A later variable replaces an earlier one of the same name; `$(NAME)` stands for a variable stated before, else for
    what *given* says the platform sets; `$$(NAME)` is an escape. Values from ConfigMaps are taken as they are.

    Source: kubernetes, pkg/kubelet, makeEnvironmentVariables, and third_party/forked/golang/expansion.
    """
    values: dict[str, str] = {}
    for variable in variables:
        match variable:
            case Literal(name, value):
                values[name] = _expanded(value, values, given)
                steps.take(len(values[name]) // 10 if "$" in value else 1)
            case FromKey(name, settings, key, _):
                found = config_map(settings)
                if found is not None and key in found.values:
                    values[name] = found.values[key]
            case FromMap(prefix, settings, _):
                found = config_map(settings)
                if found is not None:
                    steps.take(len(found.values))
                    values.update((prefix + key, value) for key, value in found.values.items())
    return values


def _expanded(value: str, values: Mapping[str, str], given: Callable[[str], str | None]) -> str:
    if "$" not in value:
        return value

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "$"
        found = values.get(name)
        if found is None:
            found = given(name)
        return match[0] if found is None else found

    # Each variable may name the one before several times, so that values could double without end.
    return _REFERENCE.sub(put, value[:LONGEST_VALUE])[:LONGEST_VALUE]
