"""Trust in a region: what is asked before it is opened, and a trial of its adapter."""
