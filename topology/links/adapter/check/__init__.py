"""The conformance kit: whether a program keeps what the protocol promises, tried on its real store."""
