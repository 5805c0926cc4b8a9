"""Rosters and declarations as people fill, sign, copy and photograph them."""
