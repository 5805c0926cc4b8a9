"""The page reader's version, apart from the reader itself: whoever only asks for it need not load the models."""

READER_VERSION = "2026-12-01"
"""Changes whenever the same page could be read otherwise: readings are remembered by page and version."""
