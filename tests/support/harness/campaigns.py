"""The bundled campaign for tests that need nothing else of its folder."""

from __future__ import annotations

from tests.support.harness.bundled_campaign import bundled_campaign

__all__ = ["bundled_campaign"]
