"""The words for what an audit of playbooks found, looked at, and did not look at."""
