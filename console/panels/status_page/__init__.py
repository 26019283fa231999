"""The status page beside the region: how services stand on it, what is announced, where it is published."""
