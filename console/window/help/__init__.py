"""The help window: the manual, every key, what is new, and what the program is made of."""
