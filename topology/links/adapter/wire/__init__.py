"""The bytes of an adapter: the program or socket at the other end, lines, messages, and one session of requests and answers."""
