"""The scenario of a training: what is known, what is asked, and the source of each statement."""
