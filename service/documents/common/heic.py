"""HEIC photographs, as iPhones make them: Pillow opens them like any other picture once this module is imported."""

from __future__ import annotations

import pi_heif

pi_heif.register_heif_opener()
