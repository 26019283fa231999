"""Kubernetes as a fleet source: nodes are servers, node pools and the workloads whose pods stand on them are subsystems."""
