"""Kubernetes manifests as a region: workloads, budgets, network policies, environment."""
