"""What is raised where a region, or a file of it, cannot be reached or read."""


class LinkError(Exception):
    """The region could not be reached or read; the sentence says what was tried, why not, and what to do."""
