"""Whether the packages that only the demonstration needs are here: an installation of the service leaves them out."""

from __future__ import annotations

from importlib.util import find_spec

from service.flow.ports.failures import CannotGoOn

PACKAGES = ("aiosmtpd", "pymap")
"""The extra `demo` of pyproject.toml."""


def require_extra() -> None:
    """Raises CannotGoOn, naming what is missing and how to get it."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise CannotGoOn(
            f"{', '.join(missing)}: not installed, and the demonstration's mail server is built on this; "
            "in the checkout run `make demo`, or pip install '.[demo]'"
        )
