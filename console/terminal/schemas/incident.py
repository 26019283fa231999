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
from topology.incident.reading import DIFFICULTIES
from topology.incident.tables.reader import REFUSING
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
        "bug": said(
            many(
                table({"guard": one_of(*REFUSING), "passes": many(TEXT, 1), "found": TEXT}, "guard", "passes", "found")
            ),
            "a guard of this tool that is wrong, and the acts that it lets pass for that",
        ),
        "second_check": said(FLAG, "whether the act is counted again by what shares no bug with the guards"),
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
        "reads": said(FLAG, "it is said to read only; its changes are all hidden"),
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

_REACH = table(
    {
        "name": NAMED,
        "title": TEXT,
        "needs": said(many(NAMED), "what has to serve for this way in to be open"),
        "travel": said(DURATION, "how long it takes to be there"),
        "longer": said(DURATION, "how much longer at the door, while something of longer_while is down"),
        "longer_while": many(NAMED),
        "try": said(DURATION, "how long it takes to find out that it is dead"),
        **_PROVENANCE,
    },
    "name",
    "title",
    *_SAYS,
)
_CASCADE = table(
    {
        "name": NAMED,
        "text": TEXT,
        "subsystem": NAMED,
        "below": said(AMOUNT, "fewer of its servers than so many, or than this share of them"),
        "above": said(number(), "more of its servers than so many"),
        "lasts": said(DURATION, "for how long it has to be so"),
        "change": many(_SERVER_CHANGE, 1),
        **_PROVENANCE,
    },
    "name",
    "text",
    "subsystem",
    "change",
    *_SAYS,
)
_RETURN_LIMIT = table(
    {
        "subsystem": NAMED,
        "most": number(1),
        "within": DURATION,
        "puts_out": said(number(1), "how many each one beyond puts out again"),
        "to": one_of("joining", "failed"),
        "text": TEXT,
        **_PROVENANCE,
    },
    "subsystem",
    "most",
    "within",
    "text",
    *_SAYS,
)
_SHARED_RATE = table(
    {
        "name": NAMED,
        "subsystems": many(NAMED, 2),
        "servers_per_minute": number(1),
        "lifted_by": said(TEXT, "the proposal that lifts it"),
        "lifted_per_minute": number(1),
        **_PROVENANCE,
    },
    "name",
    "subsystems",
    "servers_per_minute",
    *_SAYS,
)
_CHANNEL = table(
    {"name": NAMED, "title": TEXT, "needs": many(NAMED), "takes": DURATION, **_PROVENANCE}, "name", "title", *_SAYS
)
_PAIR = table({"places": many(TEXT, 2), "apart": DURATION, **_PROVENANCE}, "places", *_SAYS)
_CAUSE = table(
    {
        "name": NAMED,
        "text": TEXT,
        "known_at": {"oneOf": [one_of("afterwards"), CLOCK]},
        "given_away_by": said(many(TEXT, 1), "beginnings of words that no text of an earlier time may have"),
        "approximate": FLAG,
        "subsystems": many(NAMED),
        **_PROVENANCE,
    },
    "name",
    "text",
    "known_at",
    "given_away_by",
    *_SAYS,
)
_AFTERMATH = table({"text": TEXT, **_PROVENANCE}, "text", *_SAYS)

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
            "reach": many(_REACH),
            "cascade": many(_CASCADE),
            "return_limit": many(_RETURN_LIMIT),
            "shared_rate": many(_SHARED_RATE),
            "channel": many(_CHANNEL),
            "pair": many(_PAIR),
            "cause": many(_CAUSE),
            "aftermath": many(_AFTERMATH),
        },
        "format",
        "incident",
    ),
)
