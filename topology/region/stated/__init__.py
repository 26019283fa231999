"""Parts of a description that are read by themselves."""
