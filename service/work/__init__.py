"""Wakes the flow's functions up: threads, child processes, sweeps."""
