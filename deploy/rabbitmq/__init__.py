"""The accounts on the broker. The standard library alone: a container makes the accounts before anything else runs."""
