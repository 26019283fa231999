"""The playbooks in the window: which there are, a form for the parameters of one, and its steps."""
