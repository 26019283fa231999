"""How headroom came to be what it is: a small line beside a value, and a plot of one subsystem."""
