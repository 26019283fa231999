"""A client of the Kubernetes API: kubeconfig, credentials, requests, lists and watches."""
