"""What stands round the panels: the strip at the top, notices, messages, the right column, the order of Tab."""
