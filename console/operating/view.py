"""What the window shows in one frame: one value, made of one state, so that nothing new stands beside something old."""

from dataclasses import dataclass, field

from console.operating.alarms.keeper import AlarmReading
from console.operating.colleagues.gathering import Gathering
from console.operating.status_page.desk_page import PageReading
from console.operating.strip import StripReading
from console.operating.workbench import Work
from topology.execution.progress import Progress
from topology.fleet.state import State
from topology.fleet.trend.curve import Trends
from topology.planning.neighbours import Neighbourhood


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A frame. The plan of *work* was judged at exactly *state*; *obstacle* says why no plan at all could be carried out.

    The columns of the fleet inside *state* change in place with the next facts: read them at once, keep nothing of them.
    """

    state: State
    work: Work
    strip: StripReading
    neighbourhood: Neighbourhood | None = None
    progress: Progress | None = None
    obstacle: str = ""
    trends: Trends | None = None
    """How every subsystem came to stand as it does; unlike the state it goes on."""
    gathering: Gathering = field(default_factory=Gathering)
    """Who else is there, and what they do."""
    about: str = ""
    """What the plan is of besides its command: the step of a run, or what an undo gives back."""
    deed: str = ""
    """What a confirmation would do besides carrying out one's own plan; empty where it does that."""
    alarms: AlarmReading = field(default_factory=AlarmReading)
    page: PageReading | None = None
    """What those outside are told; None where that is nothing."""
