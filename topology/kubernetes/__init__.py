"""What the objects of a Kubernetes cluster say and mean, for who imports an export of one and for who looks at one."""
