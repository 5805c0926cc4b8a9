"""Whether a declaration that fits no row of the unit's list is surely of somebody whom HR's file has in another unit.

Said only of that very person: both numbers, or one number and the name, read for certain; nothing may contradict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.core.declarations.matching import NUMBERS
from service.core.forms import PageReading
from service.core.units import Worker
from service.core.vietnam.names import same_name_without_accents


def home_elsewhere(reading: PageReading, workers: Mapping[str, Sequence[Worker]], unit: str) -> str | None:
    """Code of the one other unit which has this person in HR's file; None in any doubt, or when `unit` has her too."""
    numbers = {key: field.value for key in NUMBERS if (field := reading.fields.get(key)) is not None and field.agreed}
    if not numbers:
        return None
    homes = {code for code, people in workers.items() if any(_is(reading, numbers, worker) for worker in people)}
    return next(iter(homes)) if len(homes) == 1 and unit not in homes else None


def _is(reading: PageReading, numbers: Mapping[str, str], worker: Worker) -> bool:
    known = {key: worker.values[key] for key in numbers if worker.values.get(key)}
    if not known or any(numbers[key] != value for key, value in known.items()):
        return False
    name = reading.fields.get("full_name")
    named = name is not None and same_name_without_accents(name.value, worker.name)
    return named or len(known) == len(NUMBERS)
