"""The page as JSON, in the field names of Statuspage's `summary.json`, so that what reads those reads this.

Source: the public status API of Statuspage, /api/v2/summary.json. What it has no word for is beside it: a service that is not
known has the status of one that is degraded there, and `"underkeel": {"state": "unknown"}`.
"""

from datetime import UTC

import msgspec

from console.reports.status_page.announcements import path_of
from console.words import writing as words
from console.words.public import status_page as said
from topology.region.sentences.clock import moment_at
from topology.status_page.page import PublicPage, PublicService
from topology.status_page.values import Announcement, AnnouncementStatus, ServiceState

_COMPONENT = {
    ServiceState.AVAILABLE: "operational",
    ServiceState.PARTIAL: "partial_outage",
    ServiceState.UNKNOWN: "degraded_performance",
    ServiceState.UNAVAILABLE: "major_outage",
}
_INDICATOR = {
    ServiceState.AVAILABLE: "none",
    ServiceState.UNKNOWN: "minor",
    ServiceState.PARTIAL: "major",
    ServiceState.UNAVAILABLE: "critical",
}
_STATUS = {AnnouncementStatus.IN_PROGRESS: "in_progress"}


def summary(page: PublicPage) -> bytes:
    """Write it."""
    troubles = [_incident(page, one) for one in page.open]
    planned = [{**_incident(page, one), **_window(one)} for one in page.maintenance]
    body = {
        "page": {
            "id": page.region,
            "name": words.literal(page.title),
            "url": page.address,
            "time_zone": "Etc/UTC",
            "updated_at": _time(page.made),
        },
        "status": {"indicator": _INDICATOR[page.worst], "description": said.overall(page)},
        "components": [_component(page, one, number) for number, one in enumerate(page.services, 1)],
        "incidents": troubles,
        "scheduled_maintenances": planned,
        "underkeel": {
            "holds_until": _time(page.holds_until),
            "last_drill": None if page.drilled is None else _time(page.drilled),
        },
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n"


def _component(page: PublicPage, one: PublicService, position: int) -> dict[str, object]:
    status = "under_maintenance" if page.under_maintenance(one.name) else _COMPONENT[one.reading.state]
    return {
        "id": one.name,
        "name": said.title_of(one),
        "status": status,
        "created_at": None,
        "updated_at": None if one.since is None else _time(one.since),
        "position": position,
        "description": said.state(one.reading),
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "page_id": page.region,
        "group": False,
        "only_show_if_degraded": False,
        "underkeel": {"state": one.reading.state.value, "lost_operations": list(one.reading.operations)},
    }


def _incident(page: PublicPage, one: Announcement) -> dict[str, object]:
    known = {service.name: service for service in page.services}
    reached = {update.status: update.time for update in one.updates}
    return {
        "id": one.key,
        "name": words.literal(one.title),
        "status": _status(one.status),
        "created_at": _time(one.began),
        "updated_at": _time(one.updates[-1].time),
        "monitoring_at": _reached(reached, AnnouncementStatus.MONITORING),
        "resolved_at": _reached(reached, AnnouncementStatus.RESOLVED),
        "impact": _impact(page, one),
        "shortlink": f"{page.address}{path_of(one)}" if page.address else None,
        "started_at": _time(one.began),
        "page_id": page.region,
        "incident_updates": [_update(one, number) for number in reversed(range(len(one.updates)))],
        "components": [
            _component(page, service, number)
            for number, service in enumerate((known[name] for name in one.services if name in known), 1)
        ],
    }


def _update(one: Announcement, number: int) -> dict[str, object]:
    update = one.updates[number]
    at = _time(update.time)
    return {
        "id": f"{one.key}.{number + 1}",
        "status": _status(update.status),
        "body": words.literal(update.text or ("" if number else one.title)),
        "incident_id": one.key,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _impact(page: PublicPage, one: Announcement) -> str:
    if one.is_maintenance:
        return "maintenance"
    states = [service.reading.state for service in page.services if service.name in one.services]
    order = list(_INDICATOR)
    return _INDICATOR[max(states, key=order.index, default=ServiceState.AVAILABLE)]


def _window(one: Announcement) -> dict[str, object]:
    return {
        "scheduled_for": None if one.starts is None else _time(one.starts),
        "scheduled_until": None if one.ends is None else _time(one.ends),
    }


def _reached(reached: dict[AnnouncementStatus, float], status: AnnouncementStatus) -> str | None:
    return _time(reached[status]) if status in reached else None


def _status(status: AnnouncementStatus) -> str:
    return _STATUS.get(status, status.value)


def _time(time: float) -> str:
    return moment_at(time, UTC).isoformat(timespec="milliseconds")
