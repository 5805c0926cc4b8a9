"""The bundled campaign's data: readable as it lies in the repository, and its invented people are consistent."""

from __future__ import annotations

from pathlib import Path

from service.core.units import Worker
from service.core.vietnam.text import fold
from service.settings.campaign_files import read_campaign_folder
from tests.support.harness.bundled_campaign import bundled_folder
from tests.support.rosters import sample_people


def everyone() -> list[Worker]:
    return [worker for workers in bundled_folder().workers.values() for worker in workers]


def test_twelve_units_with_four_to_seven_workers_each() -> None:
    """Every unit has a contact, a head with an address, a telephone, and workers."""
    folder = bundled_folder()
    assert [unit.code for unit in folder.units] == [f"U{number:02d}" for number in range(1, 13)]
    for unit in folder.units:
        assert unit.contact and unit.head_name and unit.head_address and unit.phone and unit.aliases
        assert 4 <= len(folder.workers[unit.code]) <= 7


def test_everything_is_invented() -> None:
    """No address leads anywhere: all end in .example."""
    folder = bundled_folder()
    campaign = folder.campaign
    addresses = [*campaign.hr_addresses, campaign.agency.address, *(worker.values["email"] for worker in everyone())]
    for unit in folder.units:
        addresses += [*unit.addresses, unit.head_address or ""]
    assert all(address.endswith(".example") for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_numbers_agree_with_the_people_they_belong_to() -> None:
    """A citizen ID says its bearer's gender, century and year of birth; numbers belong to one person only."""
    old_cards = 0
    for worker in everyone():
        values = worker.values
        number, year = values["citizen_id"], int(values["birth_date"][:4])
        if len(number) == 9:
            old_cards += 1
            continue
        assert int(number[3]) == (0 if year < 2000 else 2) + (values["gender"] == "Nữ")
        assert number[4:6] == f"{year % 100:02d}"
        assert len(values["social_insurance_no"]) == 10
        assert len(values["phone"]) == 10
    assert old_cards == 1
    for key in ("citizen_id", "social_insurance_no", "phone", "email", "employee_code"):
        assert len({worker.values[key] for worker in everyone()}) == len(everyone()), key


def test_two_pairs_of_workers_are_as_alike_as_brothers() -> None:
    """Their names differ by marks only and their numbers by a digit, so that matching has something to prove."""
    for unit in ("U01", "U08"):
        one, other = bundled_folder().workers[unit][-2:]
        assert fold(one.name) == fold(other.name)
        assert one.name != other.name
        differing = [a != b for a, b in zip(one.values["citizen_id"], other.values["citizen_id"], strict=True)]
        assert sum(differing) == 1


def test_the_files_are_what_the_script_writes(tmp_path: Path) -> None:
    """Running the script anew gives the same people."""
    sample_people.write_all(tmp_path)
    for name in ("campaign.toml", "roster.toml"):
        (tmp_path / name).write_bytes((bundled_folder().folder / name).read_bytes())
    written = read_campaign_folder(tmp_path)
    assert written.units == bundled_folder().units
    assert written.workers == bundled_folder().workers
