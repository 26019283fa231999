"""What generated services and subsystems are called."""

from collections.abc import Iterator

SERVICES = (
    "store", "orders", "search", "mail", "maps", "media", "photos", "video", "music", "chat", "calendar", "news",
    "tickets", "travel", "books", "games", "health", "fleet", "parcels", "stock", "pricing", "offers", "reviews",
    "ratings", "profiles", "sessions", "devices", "sensors", "streams", "reports", "ledger", "invoices", "payments",
    "refunds", "fraud", "risk", "credit", "claims", "contracts", "archive", "backup", "images", "thumbnails", "fonts",
    "forms", "surveys", "alerts", "notices", "push", "routing", "weather", "traffic", "transit", "parking", "energy",
    "water", "crops", "labs", "models", "training", "features", "events", "metrics", "traces",
)  # fmt: skip
FOUNDATIONS = (
    "identity", "config", "names", "secrets", "network", "blocks", "objects", "queues", "tables", "clock", "locks",
    "images-registry", "balancers", "certificates", "quotas", "audit-trail",
)  # fmt: skip
_QUALIFIERS = ("core", "edge", "batch", "live", "partner", "global", "lite", "next", "classic", "internal", "public")
ROLES = (
    ("front-end", 0, 3.0), ("gateway", 0, 2.0), ("console", 0, 0.5), ("api", 1, 3.0), ("router", 1, 1.5),
    ("scheduler", 2, 0.6), ("workers", 2, 5.0), ("billing", 2, 0.5), ("metering", 2, 0.6), ("admin", 2, 0.3),
    ("index", 3, 3.0), ("placement", 3, 1.5), ("search", 3, 2.0), ("queue", 3, 1.5), ("reports", 3, 0.5),
    ("cache", 4, 2.5), ("metadata", 4, 1.5), ("keymap", 4, 0.7), ("leases", 4, 0.4), ("replicas", 5, 2.0),
    ("storage", 5, 8.0), ("log", 5, 1.5), ("archive", 5, 2.0), ("snapshots", 5, 1.0),
)  # fmt: skip
"""Name, depth inside the service, and how many servers it takes beside the others."""
CUSTOMERS = (
    "functions", "web-shop", "mobile-app", "partner-portal", "billing-export", "image-builder", "data-lake",
    "help-desk", "warehouse", "call-centre", "kiosks", "school-portal",
)  # fmt: skip
SUPPLIERS = ("card-network", "carrier", "bank-gateway", "sms-provider", "map-tiles", "time-source")
OPERATIONS = (("GET",), ("PUT",), ("LIST",), ("PUT", "DELETE"), ("GET", "LIST"))


def service_names() -> Iterator[str]:
    """Give names for services without end, no two alike."""
    yield from SERVICES
    for qualifier in _QUALIFIERS:
        yield from (f"{name}-{qualifier}" for name in SERVICES)
    number = 2
    while True:
        yield from (f"{name}-{number}" for name in SERVICES)
        number += 1


def numbered(names: tuple[str, ...], place: int) -> str:
    """Give the name at *place*, counted on where the names have ended."""
    turn, position = divmod(place, len(names))
    return names[position] if not turn else f"{names[position]}-{turn + 1}"
