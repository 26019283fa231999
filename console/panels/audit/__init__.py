"""The audit of the playbooks in the window: carried out by a child process, shown as a table."""
