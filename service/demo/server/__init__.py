"""The demonstration's own mail server."""
