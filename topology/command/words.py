"""The words of the language beside its verbs: clauses, fields and joiners, each with a line of help."""

CLAUSES = {
    "in": "only in these zones, cells or racks",
    "where": "only the servers that match a condition",
    "by": "all of them in stages that keep every floor, whole racks, cells or zones where they fit",
    "at": "slower than the policy's pace",
    "because": "a reason, kept in the journal",
}
"""The clauses in the one order in which they may follow, each with a line of help."""

FIELDS = {
    "rack": "the rack a server is in",
    "cell": "the cell a server is in",
    "zone": "the zone a server is in",
    "name": "the server's own name, with * and ? for any letters",
}
"""What a condition may look at, each with a line of help."""

WORDS = {
    "servers": "servers by name",
    "all": "every server that matches",
    "from": "the subsystems they leave",
    "to": "the subsystems they go back to",
    "and": "both must hold",
    "or": "either may hold",
    "not": "must not hold",
    "=": "is",
    "!=": "is not",
    "in (": "is one of",
    "alarm": "the alarms about one thing",
    "alarms": "every alarm",
    "for": "for how long",
    "min": "minutes",
    "update": "say more in an announcement",
    "maintenance": "announce what is planned",
    "status": "how far it is",
    "until": "when it is over",
    "end": "show what is measured again",
}
"""The other words of the language, each with a line of help."""
