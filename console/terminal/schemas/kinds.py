"""The kinds of value that descriptions hold, as JSON Schema (draft 2020-12) says them.

A schema refuses what is misspelt or of a wrong kind, in an editor, at its line. What depends on other lines, such as
whether a subsystem is described, is for `underkeel check` alone.
"""

from collections.abc import Mapping
from typing import Any

from topology.region.region import LARGEST_NUMBER, NAME

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def said(kind: Mapping[str, Any], description: str) -> Schema:
    """Give a kind with what is said about it."""
    return {**kind, "description": description}


def number(least: int = 0, most: int = LARGEST_NUMBER) -> Schema:
    """Give whole numbers from *least* to *most*."""
    return {"type": "integer", "minimum": least, "maximum": most}


def one_of(*names: str) -> Schema:
    """Give texts of a fixed list."""
    return {"enum": list(names)}


def many(kind: Schema, least: int = 0) -> Schema:
    """Give lists of a kind."""
    return {"type": "array", "items": kind, **({"minItems": least} if least else {})}


def table(keys: Mapping[str, Schema], *required: str) -> Schema:
    """Give a table with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(keys),
        "required": list(required),
        "additionalProperties": False,
    }


def answer(keys: Mapping[str, Schema], *optional: str) -> Schema:
    """Give objects with these keys, and maybe others, as later versions may add."""
    return {"type": "object", "properties": dict(keys), "required": [key for key in keys if key not in optional]}


def or_null(kind: Schema) -> Schema:
    """Give a kind, or null."""
    return {"anyOf": [kind, {"type": "null"}]}


def by_name(kind: Schema) -> Schema:
    """Give tables whose keys are names chosen by whoever writes them."""
    return {"type": "object", "additionalProperties": kind}


def whole(name: str, title: str, schema: Schema) -> Schema:
    """Give the schema of a whole file or report, by the *name* under which it is asked for."""
    return {"$schema": DRAFT, "$id": f"urn:underkeel:{name}:1", "title": title, **schema}


TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NAMED: Schema = {"type": "string", "pattern": f"^{NAME.pattern}$"}
NUMBER: Schema = {"type": "number"}
AMOUNT: Schema = {"oneOf": [number(), {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9])?%$"}]}
DURATION: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,8} ?(s|min|h)$"}
A_PACE: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,8}/min$"}
A_WINDOW: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,8}%? in [1-9][0-9]{0,4} ?(min|h)$"}
PACE: Schema = {"oneOf": [A_PACE, {"type": "array", "items": {"oneOf": [A_PACE, A_WINDOW]}, "minItems": 1}]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
CLOCK: Schema = {
    "type": "string",
    "pattern": r"^(\d{4}-\d{2}-\d{2}[ T])?\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$",
}
ADDRESS: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9+-]{0,19}:.+$"}
FORMAT_1: Schema = {"const": 1, "description": "the version of this format"}
