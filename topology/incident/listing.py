"""Incidents and their timelines as plain values, in the stable form that `underkeel replay --json` prints."""

from topology.incident.model import CONFIDENCE, Incident
from topology.incident.moment import Moment, SubsystemStanding
from topology.incident.timeline import Timeline
from topology.incident.times import local_text, utc_text

FORMAT = 1
Plain = dict[str, object]


def listed(incident: Incident) -> Plain:
    """Say what a picker shows of an incident."""
    return {
        "name": incident.name,
        "title": incident.title,
        "date": incident.date,
        "time_zone": incident.time_zone,
        "minutes": round(incident.length_s / 60),
        "difficulty": incident.difficulty,
        "lessons": list(incident.lessons),
        "summary": incident.summary,
        "events": len(incident.events),
        "decisions": [decision.name for decision in incident.decisions],
        "eras": [era.name for era in incident.eras],
    }


def timeline_values(timeline: Timeline) -> Plain:
    """Give the timeline with the state of each subsystem right after each event; at one instant the file's order holds."""
    incident = timeline.incident
    return {
        "format": FORMAT,
        "incident": listed(incident),
        "sources": [
            {"id": one.id, "title": one.title, "url": one.url, "verified": one.verified} for one in incident.sources
        ],
        "confidence": CONFIDENCE,
        "events": [_event_values(timeline, number) for number in range(len(incident.events))],
        "decisions": [
            {
                "name": decision.name,
                "time": local_text(decision.time, incident.time_zone),
                "utc": utc_text(decision.time),
                "situation": decision.situation,
                "known_then": list(decision.known_then),
                "objectives": list(decision.objectives),
                "what_happened": decision.what_happened,
                "source": decision.source,
                "confidence": decision.confidence,
                "illustrative": decision.illustrative,
            }
            for decision in incident.decisions
        ],
    }


def _event_values(timeline: Timeline, number: int) -> Plain:
    incident = timeline.incident
    event = incident.events[number]
    return {
        "time": local_text(event.time, incident.time_zone),
        "utc": utc_text(event.time),
        "text": event.text,
        "source": event.source,
        "confidence": event.confidence,
        "illustrative": event.illustrative,
        "model_values": event.has_model_values,
        "approximate": event.approximate,
        "subsystems": moment_values(timeline.after_event(number)),
    }


def moment_values(moment: Moment) -> Plain:
    """Give every subsystem by name."""
    return {standing.subsystem: standing_values(standing) for standing in moment.standings}


def standing_values(standing: SubsystemStanding) -> Plain:
    """Give one subsystem; what is not known or not the case is left out, but for the three that are always there."""
    values: Plain = {"in_service": standing.in_service, "floor": standing.floor, "verdict": standing.verdict}
    if standing.scope:
        values["scope"] = standing.scope
    if standing.lost:
        values["lost"] = list(standing.lost)
    if standing.serves:
        values["serves"] = list(standing.serves)
    if standing.illustrative:
        values["illustrative"] = True
    return values
