"""The demonstration's own words, kept as data beside the code (`words.toml`) so that no Vietnamese stands in code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(table: str) -> dict[str, Any]:
    """One table of `words.toml`. Raises KeyError when the demonstration is asked for words it does not have."""
    content = files("service.demo").joinpath("words.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(content)[table])
