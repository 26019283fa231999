"""Makes believable regions of any size, to try the console on: values in, text and columns out."""
