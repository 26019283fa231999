"""A status page as files: pages, feeds and JSON. Values in, bytes out; where they go is for publishing."""
