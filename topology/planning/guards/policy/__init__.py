"""Guards of what may be done at all: amounts, protected servers, change freezes, pace."""
