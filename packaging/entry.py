"""What the frozen program starts: the same as the installed one, under both of its names."""

import signal
import sys
from pathlib import Path


def start() -> int:
    """Run the program; until it is loaded, Ctrl+C ends it as it ends any other."""
    waits = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not where it is to be passed over
    if waits:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    import without_opengl

    from console.app.cli import main

    without_opengl.stand_in()
    if waits:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Started from a menu under this name, without a word, it opens the window as underkeel itself does.
    return main([]) if Path(sys.argv[0]).name == "underkeel-console" else main()


sys.exit(start())
