"""The status page at a console: judged beside the window, told by operators, journaled, published to every target."""
