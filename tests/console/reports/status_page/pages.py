"""Pages with something of everything on them."""

from topology.region.public.policy import StatusPagePolicy
from topology.status_page.board import StatusBoard
from topology.status_page.page import PublicPage
from topology.status_page.values import AnnouncementStatus, ServiceReading, ServiceState

START = 1_488_240_000.0
"""The 28th of February 2017 in UTC."""
NOW = START + 18 * 3600.0
STATUS = AnnouncementStatus
GOOD, PART, BAD = (
    ServiceReading(ServiceState.AVAILABLE),
    ServiceReading(ServiceState.PARTIAL, ("PUT",)),
    ServiceReading(ServiceState.UNAVAILABLE),
)


def page_of(text: str = "Elevated errors for PUT", title: str = "N. Virginia", service: str = "s3") -> PublicPage:
    """Give a page whose every free text is *text*, *title* or the name *service*."""
    policy = StatusPagePolicy(title, "https://status.example.org/", titles=((service, title),))
    board = StatusBoard(policy, (service, "ec2", "mail", "dns"))
    tokens = iter(f"{number:08x}" for number in range(100))
    every = {service: GOOD, "ec2": GOOD, "mail": GOOD, "dns": ServiceReading(ServiceState.UNKNOWN)}
    for hour in range(-30, 19):
        down = 13 <= hour < 15
        readings = {**every, service: BAD if down else (PART if hour >= 17 else GOOD)}
        for minute in (0, 2, 4):
            board.judge(readings, START + hour * 3600.0 + minute * 60.0)
    say(board, text, service, tokens)
    return board.page("us-east-1", NOW, "c1")


def say(board: StatusBoard, text: str, service: str, tokens: "object") -> None:
    """Announce a trouble that is over, one that is not, and maintenance; and let an operator say how a service is."""
    token = lambda: next(tokens)  # type: ignore[call-overload] # noqa: E731
    board.hear([board.announce(text, (service,), STATUS.INVESTIGATING, START + 13 * 3600, token)])
    board.hear([board.update(1, text, STATUS.RESOLVED, START + 15 * 3600)])
    board.hear([board.announce(text, (service, "ec2"), STATUS.INVESTIGATING, NOW - 1800, token)])
    board.hear([board.update(2, text, STATUS.IDENTIFIED, NOW - 600)])
    window = (NOW + 86_400, NOW + 90_000)
    board.hear([board.announce(text, ("ec2",), STATUS.SCHEDULED, NOW - 3000, token, window)])
    board.hear(board.override("mail", ServiceState.UNAVAILABLE, 3600.0, text, NOW - 60))
