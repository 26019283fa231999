"""The rim that publishes: writes the files of a page to where the public reads it, whole or not at all, and never an older one."""
