"""Dondoc: collects papers from many units by mail."""

__version__ = "0.1.0"
