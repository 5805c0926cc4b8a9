"""HR's web page."""
