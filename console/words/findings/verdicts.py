"""The few words that each code has for a verdict, by how much its findings weigh."""

from topology.planning.facts import Words

NO_WORDS = Words()
NOT_THAT_MANY = Words("not that many servers match", "some servers cannot come back")
NOT_ALL_CAN_LEAVE = Words("not all of its servers can leave", "some servers cannot leave")
"""For a removal that undoes a restore."""

VERDICT_WORDS = {
    "floor": Words("would break a floor", "a floor stays broken", "while a floor would break"),
    "unknown": Words(
        "what is needed to judge it is missing",
        "not everything that is needed to judge it is known",
        "while its effect is unknown",
    ),
    "nothing-matches": Words("no server matches", "no server matches"),
    "too-few-match": NOT_THAT_MANY,
    "too-large": Words("more than one command may take", "more than one command may take"),
    "expects": Words("not what the playbook declared", "not what the playbook declared"),
    "protected": Words("protected servers", "protected servers"),
    "frozen": Words("a change freeze is in force", "a change freeze is in force", "during the change freeze"),
    "stale": Words("the region has changed since", "the region has changed since", "until the plan is made again"),
    "approval": Words(
        "a second person has to approve it", "a second person approves it", "until a second person approved it"
    ),
    "effort": Words("the number of servers has to be typed"),
    "ceiling": Words("more than the ceiling allows", "above the ceiling"),
    "pace": Words(cautions="the pace is already in use"),
    "tight": Words(cautions="a floor ends tight"),
    "collateral": Words(cautions="also takes from other subsystems"),
    "impact": Words(cautions="a hard need is lost or ends at its floor"),
    "unusual": Words(cautions="far more than usual"),
    "beside": Words(cautions="others can act beside this"),
    "obstacle": Words("something on a server is in the way", "something on a server is lost or held up"),
    "self": Words(cautions="an observer or this console depends on it"),
}
"""A guard of an organisation's own brings its words along with its facts."""
