"""Bytes to what is on paper, and papers made."""
