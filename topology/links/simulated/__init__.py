"""The links `sim:` and `file:`: a simulated region behind the protocol, shared by several programs."""
