"""Everything the operator can do from menus and keys, in one table. Nothing can be done only with the mouse."""

from dataclasses import dataclass

from console.kit.host.system_look import THEME_CHOICES


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One action: *command* is command text that it types and submits, empty where it acts on the window only.

    *menu* is the way to it, such as "View/Theme". *begins*: a line stands before it. *checks*: it shows whether it is on.
    """

    id: str
    menu: str
    text: str
    shortcut: str
    help: str
    command: str = ""
    begins: bool = False
    checks: bool = False

    @property
    def path(self) -> str:
        """The way through the menus, for people."""
        return " › ".join(self.menu.split("/"))


ACTIONS = (
    ActionEntry("open", "File", "Open region…", "Ctrl+O", "Open the file of a region, in a window of its own"),
    ActionEntry("new_window", "File", "New window", "Ctrl+N", "Open one more window on this region"),
    ActionEntry(
        "open_plan",
        "File",
        "Open plan…",
        "Ctrl+Alt+O",
        "Open a plan that was saved for a review, judged by what is true now",
    ),
    ActionEntry(
        "record",
        "File",
        "Save the session as an incident…",
        "Ctrl+Shift+R",
        "Write what happened here as a folder to replay",
        begins=True,
    ),
    ActionEntry(
        "save_topology", "File", "Save the topology…", "Ctrl+Shift+P", "Save the graph as a picture, PNG or SVG"
    ),
    ActionEntry("print", "File", "Print…", "Ctrl+Alt+P", "Print the topology with the plan on show, or the headroom"),
    ActionEntry("quit", "File", "Quit", "Ctrl+Q", "Close the console", begins=True),
    ActionEntry("undo_text", "Edit", "Undo typing", "Ctrl+Z", "Take back what was typed last"),
    ActionEntry("redo_text", "Edit", "Redo typing", "Ctrl+Y", "Type it again"),
    ActionEntry("cut", "Edit", "Cut", "Ctrl+X", "Cut the marked text", begins=True),
    ActionEntry("copy", "Edit", "Copy", "Ctrl+C", "Copy the marked text, or the marked rows"),
    ActionEntry("paste", "Edit", "Paste", "Ctrl+V", "Paste into the text with the cursor"),
    ActionEntry("select_all", "Edit", "Select all", "Ctrl+A", "Mark all of the text, or all rows"),
    ActionEntry(
        "copy_plan", "Edit", "Copy the plan as text", "Ctrl+Alt+C", "Copy what the plan on show does", begins=True
    ),
    ActionEntry(
        "copy_servers", "Edit", "Copy the servers of the plan", "Ctrl+Shift+C", "Copy every server of the plan on show"
    ),
    ActionEntry(
        "preferences",
        "Edit",
        "Preferences…",
        "Ctrl+,",
        "Choose theme, scale, keyboard, motion, notifications",
        begins=True,
    ),
    ActionEntry("command", "Act", "Go to the command line", "Ctrl+L", "Put the cursor into the command line"),
    ActionEntry("confirm", "Act", "Confirm the plan on show", "Ctrl+Enter", "Carry out exactly the plan on screen"),
    ActionEntry("stop", "Act", "Stop", "Esc, Esc", "Let no further server leave", "stop", begins=True),
    ActionEntry("pause", "Act", "Pause", "Ctrl+P", "Let the running execution wait", "pause"),
    ActionEntry("resume", "Act", "Resume", "Ctrl+R", "Let a paused execution go on", "resume"),
    ActionEntry(
        "undo",
        "Act",
        "Undo the last execution",
        "Alt+U",
        "Preview giving back what the last execution took; what runs is stopped only with Enter",
        "undo",
        begins=True,
    ),
    ActionEntry("palette", "Go", "Find an action…", "Ctrl+K", "Find any action, button or command by its words"),
    ActionEntry("find", "Go", "Find a subsystem", "Ctrl+F", "Find a subsystem in the topology"),
    ActionEntry("topology", "Go", "Topology", "Ctrl+1", "Put the focus on the topology", begins=True),
    ActionEntry("preview", "Go", "Preview", "Ctrl+2", "Put the focus on the preview"),
    ActionEntry("fleet_map", "Go", "Fleet map", "Ctrl+3", "Show every server, and choose among them"),
    ActionEntry("journal", "Go", "Journal", "Ctrl+J", "Show the journal"),
    ActionEntry("alarms", "Go", "Alarms", "F8", "Show what needs an act, and which"),
    ActionEntry(
        "status_page", "Go", "Status page", "Shift+F8", "Show what those outside are told, and where it is published"
    ),
    ActionEntry("playbooks", "Go", "Playbooks", "Ctrl+B", "Fill in a playbook's form and see its steps"),
    ActionEntry(
        "audit",
        "Go",
        "Audit of the playbooks",
        "Ctrl+Shift+A",
        "Show which inputs the playbooks accept that would break a floor",
    ),
    ActionEntry("operators", "Go", "Operators", "Ctrl+G", "Show who else is here, and the approvals"),
    ActionEntry("messages", "Go", "Messages", "Ctrl+M", "Show every message of this session"),
    ActionEntry(
        "incidents", "Go", "Incidents…", "Ctrl+I", "Choose an incident to replay, in a window of its own", begins=True
    ),
    ActionEntry(
        "standing",
        "Go",
        "Where you stand…",
        "Ctrl+Alt+I",
        "Lessons played, and the questions that came back",
        begins=True,
    ),
    ActionEntry("fit", "View", "Fit the topology", "Ctrl+0", "Show the whole graph"),
    ActionEntry("layout", "View", "Lay out anew", "Ctrl+Shift+L", "Forget pins and lay out the graph again"),
    ActionEntry(
        "larger_page",
        "View",
        "Page below over the whole height",
        "Ctrl+Shift+F",
        "Give the page below the topology the whole height, or give it back",
        begins=True,
        checks=True,
    ),
    ActionEntry(
        "detach",
        "View",
        "Page below in a window of its own",
        "Ctrl+Shift+D",
        "Take the page below to another screen; closing its window brings it back",
    ),
    ActionEntry(
        "detach_topology",
        "View",
        "Topology in a window of its own",
        "Ctrl+Shift+T",
        "Take the topology to another screen; closing its window brings it back",
    ),
    *(
        ActionEntry(f"theme.{name}", "View/Theme", title, "", f"Change to this theme: {title}", checks=True)
        for name, title in THEME_CHOICES.items()
    ),
    ActionEntry("theme", "View/Theme", "Day or night", "Ctrl+T", "Change between day and night", begins=True),
    ActionEntry("larger", "View", "Larger", "Ctrl++", "Draw everything larger, up to 200 %", begins=True),
    ActionEntry("smaller", "View", "Smaller", "Ctrl+-", "Draw everything smaller, down to 100 %"),
    ActionEntry("scale", "View", "Scale…", "Ctrl+Shift+S", "Choose 100 % to 200 %"),
    ActionEntry(
        "keyboard",
        "View",
        "Keyboard…",
        "Ctrl+Shift+K",
        "Choose the keyboard on which slips are looked for",
        begins=True,
    ),
    ActionEntry("motion", "View", "Reduced motion", "Ctrl+Shift+M", "Draw no motion at all", checks=True),
    ActionEntry(
        "shows_preview",
        "View",
        "Show others what you preview",
        "Ctrl+Shift+V",
        "Let other operators see what you preview, or not",
        checks=True,
    ),
    ActionEntry(
        "full_screen", "View", "Full screen", "F11", "Fill the screen, or give it back", checks=True, begins=True
    ),
    ActionEntry("help", "Help", "Commands and keys", "F1", "Show the commands and the keys beside the plan", "help"),
    ActionEntry("manual", "Help", "Manual", "Shift+F1", "Read and search the manual", begins=True),
    ActionEntry("keys", "Help", "All keys", "Ctrl+F1", "Show the keys of every panel in one table"),
    ActionEntry("news", "Help", "What is new", "", "Read what changed, version by version"),
    ActionEntry("about", "Help", "About Underkeel", "", "Show versions and licences", begins=True),
)


REPLAY_ACTIONS = (
    ActionEntry("play", "Replay", "Play or pause", "F5", "Let the incident's clock run, or hold it"),
    ActionEntry("previous", "Replay", "Previous event", "Alt+Left", "Go to the previous event"),
    ActionEntry("next", "Replay", "Next event", "Alt+Right", "Go to the next event"),
    ActionEntry("decision", "Replay", "Next decision", "Alt+Down", "Go to the next decision, and stop there"),
    ActionEntry("start", "Replay", "Start of the incident", "Alt+Home", "Go to the start of the incident"),
    ActionEntry("speed_1", "Replay", "Speed ×1", "Alt+1", "Let the clock run as it did"),
    ActionEntry("speed_10", "Replay", "Speed ×10", "Alt+2", "Ten times as quickly"),
    ActionEntry("speed_60", "Replay", "Speed ×60", "Alt+3", "A minute each second"),
    ActionEntry("speed_600", "Replay", "Speed ×600", "Alt+4", "Ten minutes each second"),
    ActionEntry("speed_3600", "Replay", "Speed ×3,600", "Alt+5", "An hour each second"),
    ActionEntry("timeline", "Replay", "Timeline", "Ctrl+4", "Put the focus on the timeline"),
    ActionEntry(
        "take_over",
        "Train",
        "Take over, or back to the record",
        "Ctrl+Shift+B",
        "Leave the record and act; again to watch",
    ),
    ActionEntry(
        "era", "Train", "Change the tool", "Ctrl+Shift+E", "Choose the tool as it was, or Underkeel, before acting"
    ),
    ActionEntry(
        "reveal", "Train", "What happened then", "Ctrl+Shift+W", "Tell what was done at the decision that stands"
    ),
    ActionEntry("debrief", "Train", "Debrief", "Ctrl+D", "Asks first, then scores the run, beside what happened"),
    ActionEntry(
        "compare",
        "Train",
        "Compare runs…",
        "Ctrl+7",
        "Put any two runs beside each other, also under another tool or policy",
    ),
    ActionEntry("trainee", "Train", "Whose run this is…", "", "Name the trainee, for the score file and the debrief"),
    ActionEntry("lesson", "Train", "Lesson", "Ctrl+5", "What happened, why, and what was changed afterwards"),
    ActionEntry(
        "station",
        "Instruct",
        "Instructor's station",
        "Ctrl+6",
        "Open a window of its own, which a trainee does not see",
    ),
    ActionEntry(
        "share",
        "Instruct",
        "Let others in…",
        "Ctrl+Alt+6",
        "A station on another machine, and a second operator in this run",
    ),
    ActionEntry(
        "probe", "Instruct", "Freeze probe", "Ctrl+Shift+F5", "Blank the display, and ask how the region stands"
    ),
    ActionEntry(
        "probes", "Instruct", "Freeze probes by themselves", "Ctrl+Shift+F6", "Let them come while a run plays, or not"
    ),
    ActionEntry(
        "future",
        "Instruct",
        "What is still to come",
        "Ctrl+Shift+F7",
        "Show what comes later and what goes wrong, or hide both: for an instructor",
    ),
    ActionEntry("save_moment", "Instruct", "Save this moment", "Ctrl+S", "Keep the clock and the run as they are now"),
    ActionEntry(
        "load_moment", "Instruct", "Back to the saved moment", "Ctrl+Shift+O", "Come back to the moment that was saved"
    ),
    ActionEntry(
        "inject",
        "Instruct",
        "Inject a malfunction",
        "Ctrl+Shift+J",
        "Begin a command such as inject fail 40 from index",
    ),
    ActionEntry(
        "backtrack",
        "Instruct",
        "Back by five minutes",
        "Ctrl+Shift+Left",
        "Go back; acts after that moment are forgotten",
    ),
)
"""What a replay has besides."""
