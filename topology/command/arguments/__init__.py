"""The arguments of commands, one object each: it says what it is, reads itself, and offers what could stand there."""
