"""The control plane of a Kubernetes, built for the tests: which release of it, and how."""
