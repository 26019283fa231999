"""The JSON Schema of an incident, `incident.toml`."""

from console.terminal.schemas.kinds import (
    AMOUNT,
    CLOCK,
    DAY,
    DURATION,
    FLAG,
    FORMAT_1,
    NAMED,
    TEXT,
    Schema,
    many,
    number,
    one_of,
    said,
    table,
    whole,
)
from topology.incident.model import CONFIDENCE
from topology.incident.reading import DIFFICULTIES, REFUSING
from topology.region.server_states import STATE_NAMES

_STATE = one_of(*STATE_NAMES)
_PROVENANCE: dict[str, Schema] = {
    "source": said(TEXT, "the id of a [[source]], or model for what is invented"),
    "confidence": said(one_of(*CONFIDENCE), "; ".join(f"{key}: {what}" for key, what in CONFIDENCE.items())),
    "illustrative": said(FLAG, "true for what is invented, false for what is published"),
}
_SAYS = tuple(_PROVENANCE)
_OF_SERVERS: dict[str, Schema] = {
    "to": _STATE,
    "servers": many(TEXT),
    "pool": TEXT,
    "subsystem": TEXT,
    "in": TEXT,
    "from": many(_STATE),
    "count": AMOUNT,
    "over": DURATION,
    "after": DURATION,
    "illustrative": FLAG,
}
_SERVER_CHANGE = table(_OF_SERVERS, "to")
_WAITING_CHANGE = table({**_OF_SERVERS, "hidden": said(FLAG, "no preview can know it")}, "to")
_MARK = table(
    {
        "subsystem": NAMED,
        "serves": {"oneOf": [one_of("all", "none", "by model"), many(TEXT)]},
        "restart": one_of("", "begun", "done"),
        "demand": number(),
        "illustrative": FLAG,
    },
    "subsystem",
)
_CHANGE: Schema = {"if": {"required": ["to"]}, "then": _SERVER_CHANGE, "else": _MARK}
_HEAD = table(
    {
        "name": NAMED,
        "title": TEXT,
        "date": DAY,
        "time_zone": TEXT,
        "starts": CLOCK,
        "ends": CLOCK,
        "difficulty": one_of(*DIFFICULTIES),
        "summary": TEXT,
        "lessons": many(TEXT, 1),
        "seed": number(),
    },
    "name",
    "title",
    "date",
    "time_zone",
    "starts",
    "ends",
    "lessons",
)
_SOURCE = table({"id": NAMED, "title": TEXT, "url": TEXT, "verified": TEXT}, "id", "title", "url", "verified")
_EVENT = table(
    {
        "time": CLOCK,
        "text": TEXT,
        **_PROVENANCE,
        "subsystems": many(NAMED),
        "change": many(_CHANGE),
        "command": TEXT,
        "noticed": FLAG,
        "approximate": FLAG,
        "always": FLAG,
        "announcement": FLAG,
        "until_stopped": FLAG,
        "data_lost": DURATION,
        "wrong": said(FLAG, "whether its command should have been refused; missing: as its effect says"),
    },
    "time",
    "text",
    *_SAYS,
)
_DECISION = table(
    {
        "name": NAMED,
        "time": CLOCK,
        "situation": TEXT,
        "known_then": many(TEXT),
        "objectives": many(TEXT, 1),
        "what_happened": TEXT,
        **_PROVENANCE,
    },
    "name",
    "time",
    "situation",
    "objectives",
    "what_happened",
    *_SAYS,
)
_ERA = table(
    {
        "name": NAMED,
        "title": TEXT,
        "guards": said(many(one_of(*REFUSING)), "the guards that the tool of the day had"),
        "paced": FLAG,
        "empty_means_all": FLAG,
        "cells": number(1),
        "share_percent": number(),
        "share_of": TEXT,
        **_PROVENANCE,
    },
    "name",
    "title",
    "guards",
    *_SAYS,
)
_PROPOSAL = table(
    {
        "name": NAMED,
        "title": TEXT,
        "text": TEXT,
        "change": many(_WAITING_CHANGE),
        "refused_by": TEXT,
        "refusal": TEXT,
        "needs_place_by": TEXT,
        "covers": many(NAMED),
        "cured_by": TEXT,
        "gives_back": FLAG,
        **_PROVENANCE,
    },
    "name",
    "title",
    "text",
    *_SAYS,
)
_COPY = table(
    {
        "name": NAMED,
        "title": TEXT,
        "subsystem": NAMED,
        "good": FLAG,
        "found": TEXT,
        "try": DURATION,
        "recover": DURATION,
        "lost": DURATION,
        "server": TEXT,
        "whole": TEXT,
        "taken": TEXT,
        **_PROVENANCE,
    },
    "name",
    "title",
    "subsystem",
    "good",
    "found",
    *_SAYS,
)
_FIGURE = table(
    {"name": NAMED, "title": TEXT, "subsystem": NAMED, "operations": many(TEXT)}, "name", "title", "subsystem"
)
_PUBLISHED = table({"figure": TEXT, "minutes": number(), "unknown": FLAG, **_PROVENANCE}, "figure")
_OBJECTIVE = table(
    {
        "decision": NAMED,
        "text": TEXT,
        "acts": said(many(TEXT), "patterns of acts that are done, such as remove * from billing*"),
        "servers_least": number(),
        "servers_most": number(),
        "acts_least": number(),
        "acts_most": number(),
        "by": CLOCK,
        "figure": said(TEXT, "a figure of the score, such as minutes_short or minutes_without:reads"),
        "at_most": number(),
        "only_if": said(TEXT, "a figure of the score: while it is 0, nothing is judged"),
    },
    "decision",
    "text",
)

_REBUILD = table({"subsystem": NAMED, "takes": DURATION, **_PROVENANCE}, "subsystem", "takes", *_SAYS)

INCIDENT: Schema = whole(
    "incident",
    "An incident that can be replayed and trained in",
    table(
        {
            "format": FORMAT_1,
            "region": TEXT,
            "playbook": TEXT,
            "record": TEXT,
            "incident": _HEAD,
            "source": many(_SOURCE),
            "event": many(_EVENT),
            "decision": many(_DECISION),
            "era": many(_ERA),
            "proposal": many(_PROPOSAL),
            "copy": many(_COPY),
            "rebuild": many(_REBUILD),
            "figure": many(_FIGURE),
            "published": many(_PUBLISHED),
            "objective": many(_OBJECTIVE),
        },
        "format",
        "incident",
    ),
)
