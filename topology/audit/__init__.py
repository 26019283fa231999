"""The audit: which inputs that a playbook accepts would break a floor if nothing but the playbook stood in the way."""
