"""The JSON Schema of a region's description, `region.toml`."""

from console.terminal.schemas.kinds import (
    ADDRESS,
    AMOUNT,
    DAY,
    DURATION,
    FLAG,
    FORMAT_1,
    MOMENT,
    NAMED,
    PACE,
    TEXT,
    Schema,
    by_name,
    many,
    number,
    one_of,
    said,
    table,
    whole,
)
from topology.approval.policy import CAUTIONS, LIFTABLE, SHARE
from topology.region.alarming.policy import LEVELS, AlarmRule
from topology.region.server_states import STATE_NAMES
from topology.region.source_reading import GRAPH_PRESETS

_RULE = one_of(*map(str, AlarmRule))
_PLACES = {"oneOf": [AMOUNT, by_name(AMOUNT)]}
_TLS = table(dict.fromkeys(("ca", "certificate", "key", "user", "password_file"), TEXT))
_HEAD = table(
    {"name": NAMED, "title": TEXT, "time_zone": TEXT, "zones": many(NAMED, 1), "illustrative": FLAG}, "name", "zones"
)
_SOURCE = table(
    {
        "fleet": said(ADDRESS, "where the servers are, such as haproxy:unix:/run/haproxy/admin.sock"),
        "graph": said(ADDRESS, "where dependencies are observed"),
        "graph_preset": one_of(*GRAPH_PRESETS),
        "ledger": said(ADDRESS, "where several consoles keep what they do"),
        "read_only": said(FLAG, "true unless it is written that it is false: then nothing can be carried out"),
        "environment": said(many(TEXT), "names of variables that an adapter is given, never their values"),
        "others_hold_credentials": FLAG,
        "pool_label": said(
            TEXT, "the label that names the pool of a Kubernetes node, where it is none of the usual ones"
        ),
        "tls": _TLS,
        "ledger_tls": _TLS,
        "graph_tls": _TLS,
    },
    "fleet",
)
_POLICY = table({
    "pace": said(PACE, "servers that may leave in a minute, and in longer windows"),
    "largest_command": said(AMOUNT, "more than that is blocked"),
    "wave": said(number(1), "servers that leave together"),
    "drain_timeout": DURATION,
    "tight": said(AMOUNT, "headroom under that share of its floor is tight"),
    "stale_after": said(DURATION, "a source silent for longer blocks acts"),
})  # fmt: skip
_GROUP = table({"name": NAMED, "members": many(TEXT, 1), "count": number(1)}, "name", "members")
_APPROVAL = table(
    {
        "cautions": many(one_of(*CAUTIONS)),
        "more_than": AMOUNT,
        "lifts": many(one_of(*LIFTABLE)),
        "break_glass": many(one_of(*dict.fromkeys((*CAUTIONS, *LIFTABLE, SHARE)))),
        "count": number(1),
        "group": many(_GROUP),
        "lasts": DURATION,
    }
)
_ALARMS = table(
    {
        "off": many(_RULE),
        "priority": {"type": "object", "propertyNames": _RULE, "additionalProperties": one_of(*LEVELS)},
        "no_headroom_for": DURATION,
        "falling_within": DURATION,
        "off_after": DURATION,
    }
)
_TARGET = table(
    {
        "name": NAMED,
        "to": said({"type": "string", "pattern": "^(folder|s3|put):.+$"}, "where it is published"),
        "read": said(TEXT, "where readers find it"),
        "needs": said(many(NAMED), "subsystems that the target stands on"),
        "ground": TEXT,
        "region": TEXT,
        "environment": said(TEXT, "how the variables with its credentials begin"),
        "ca": TEXT,
    },
    "name",
    "to",
)
_STATUS_PAGE = table(
    {
        "title": TEXT,
        "address": TEXT,
        "every": said(DURATION, "how often it is published"),
        "promise": said(DURATION, "how old readers may find it at most"),
        "hold": said(DURATION, "how long a state lasts before it is told"),
        "needs": said(many(NAMED), "subsystems that the console itself stands on"),
        "titles": by_name(TEXT),
        "targets": many(_TARGET),
    }
)
_SUBSYSTEM = table(
    {
        "name": NAMED,
        "title": TEXT,
        "service": TEXT,
        "external": said(FLAG, "run by others: it has no servers here"),
        "observer": FLAG,
        "reports_on": many(NAMED),
        "floor": said(AMOUNT, "servers that must stay in service: a count, or a share of what is declared"),
        "unavailable": said(AMOUNT, "the same from the other end: servers that may be missing"),
        "zone_floor": said(_PLACES, "the floor in every zone, or in each by name"),
        "cell_floor": said(_PLACES, "the floor in every cell, or in each by name"),
        "ceiling": number(),
        "declared": number(1),
        "pace": PACE,
        "protected": said(FLAG, "nothing may be removed from it"),
        "last_full_restart": DAY,
        "restart": table({"checks_minutes": number(), "servers_per_minute": number(1), "after": many(NAMED)}),
        "illustrative": FLAG,
        "match": TEXT,
        "observed_as": TEXT,
    },
    "name",
)
_DEPENDENCY = table(
    {"from": NAMED, "to": NAMED, "kind": one_of("hard", "soft"), "for": said(many(TEXT), "operations that need it")},
    "from",
    "to",
)
_POOL = table(
    {
        "name": NAMED,
        "count": number(),
        "supports": many(TEXT),
        "protected": FLAG,
        "zones": TEXT,
        "cells_per_zone": number(1),
        "servers_per_rack": number(1),
        "state": one_of(*STATE_NAMES),
        "illustrative": FLAG,
    },
    "name",
    "count",
    "supports",
)

REGION: Schema = whole(
    "region",
    "The description of a region that Underkeel shows and guards",
    table(
        {
            "format": FORMAT_1,
            "region": _HEAD,
            "fleet": said(TEXT, "a table of servers beside this file"),
            "source": _SOURCE,
            "place": many(table({"match": TEXT, "zone": NAMED, "cell": TEXT, "rack": TEXT}, "match", "zone")),
            "policy": _POLICY,
            "approval": _APPROVAL,
            "alarms": _ALARMS,
            "status_page": _STATUS_PAGE,
            "freeze": many(table({"from": MOMENT, "until": MOMENT, "reason": TEXT}, "from", "until")),
            "subsystem": many(_SUBSYSTEM),
            "dependency": many(_DEPENDENCY),
            "pool": many(_POOL),
            "illustrative": FLAG,
        },
        "format",
        "region",
    ),
)
