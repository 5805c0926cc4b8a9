"""Builds the real objects from the settings: `assembly.py` puts them together, the other modules are their parts.

Nothing is imported here: child processes load single modules of this package, and need no database for that.
"""
