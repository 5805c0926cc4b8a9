"""One list after another: who is the same person, what a list was taken for, and what came of it."""

from __future__ import annotations

import pytest

from service.core.records import RosterEntry
from service.core.rosters.versions import (
    SHEET_ROWS,
    Place,
    Relation,
    compare,
    further,
    place_in_document,
    relation_of,
    repeated_between,
    wish_in,
)
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.rosters.invented_rosters import people, roster_of

CAMPAIGN = bundled_campaign()
ENTRIES = [RosterEntry(row=row.row, values=dict(row.values)) for row in roster_of(*people(10)).rows]


def changed(number: int, row: int | None = None, **values: str) -> RosterEntry:
    entry = ENTRIES[number]
    return RosterEntry(row=row or entry.row, values={**entry.values, **values})


def names(entries: tuple[RosterEntry, ...]) -> list[str]:
    return [entry.name for entry in entries]


def test_the_same_list_in_another_order_has_no_changes() -> None:
    """Rows and ordinals are places, not people."""
    shuffled = [changed(number, row=2 + place, ordinal=str(place)) for place, number in enumerate(reversed(range(10)))]
    found = compare(ENTRIES, shuffled, CAMPAIGN)
    assert (len(found.pairs), found.added, found.gone, found.changed) == (10, (), (), ())


@pytest.mark.parametrize(
    "mended",
    [
        {"social_insurance_no": "0199999999"},
        {"citizen_id": "001199999999", "phone": "0912999999"},
        {"full_name": "Nguyễn Vân An"},
        {"social_insurance_no": "0199999999", "citizen_id": "001199999999"},
    ],
)
def test_a_person_whose_number_or_name_was_corrected_is_the_same_person(mended: dict[str, str]) -> None:
    """By the other number, else by name and day of birth."""
    found = compare(ENTRIES, [changed(0, None, **mended), *ENTRIES[1:]], CAMPAIGN)
    assert [entry.row for _, entry in found.changed] == [2]
    assert (found.added, found.gone) == ((), ())


def test_a_number_typed_into_a_strangers_row_does_not_make_them_one() -> None:
    """Another name and nothing else in common: somebody came, and the other one is gone."""
    stranger = RosterEntry(
        row=2, values={"full_name": "Hồ Thị Xuân", "social_insurance_no": ENTRIES[0].values["social_insurance_no"]}
    )
    found = compare(ENTRIES, [stranger, *ENTRIES[1:]], CAMPAIGN)
    assert (names(found.added), names(found.gone)) == (["Hồ Thị Xuân"], [ENTRIES[0].name])


def test_two_who_share_a_name_are_told_apart_by_their_numbers() -> None:
    """A name that several have names nobody."""
    twins = [changed(0, full_name="Lê An"), changed(1, full_name="Lê An")]
    found = compare(twins, [changed(1, full_name="Lê An")], CAMPAIGN)
    assert [entry.row for entry in found.gone] == [2]


@pytest.mark.parametrize(
    ("former", "new", "relation"),
    [
        (0, 10, Relation.FIRST),
        (10, 10, Relation.REPLACES),
        (10, 7, Relation.REPLACES),
        (10, 3, Relation.ADDS),
    ],
)
def test_most_of_the_people_stand_for_all_of_them(former: int, new: int, relation: Relation) -> None:
    """A list with few of them is a part; nobody is lost by that."""
    assert relation_of(compare(ENTRIES[:former], ENTRIES[:new], CAMPAIGN), None) is relation


def test_a_list_of_other_people_adds() -> None:
    """Nobody in common."""
    assert relation_of(compare(ENTRIES[:6], ENTRIES[6:], CAMPAIGN), None) is Relation.ADDS


def test_one_of_two_documents_sent_again_leaves_the_other() -> None:
    """Although it has most of the people."""
    whole = [*ENTRIES[:6], *(further(entry, 1) for entry in ENTRIES[6:])]
    assert relation_of(compare(whole, ENTRIES[:6], CAMPAIGN), None) is Relation.ADDS
    assert relation_of(compare(whole, ENTRIES[:7], CAMPAIGN), None) is Relation.REPLACES


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Gửi chị danh sách thay thế bản hôm qua.", Relation.REPLACES),
        ("Danh sách bổ sung 3 người mới vào.", Relation.ADDS),
        ("Em gửi nốt phần còn lại ạ", Relation.ADDS),
        ("Đây là bản cuối cùng.", Relation.REPLACES),
        ("Gửi bổ sung tờ khai của chị Lan.", None),
        ("Danh sách này không thay thế bản trước.", None),
        ("Kính gửi Ban Nhân sự, đơn vị gửi báo cáo.", None),
        ("Danh sách bổ sung. Danh sách thay thế.", None),
        ("This list replaces the former one", Relation.REPLACES),
    ],
)
def test_the_mail_s_own_words_decide(text: str, wish: Relation | None) -> None:
    """Where they speak of the list, and say one thing."""
    assert wish_in(text) is wish
    if wish is not None:
        assert relation_of(compare(ENTRIES[:6], ENTRIES[4:], CAMPAIGN), wish) is wish


def test_rows_of_further_documents_are_counted_above() -> None:
    """Document and row come back; the first document's rows are as they are."""
    assert further(ENTRIES[0], 0).row == 2
    assert place_in_document(further(ENTRIES[0], 3).row) == (3, 2)
    assert place_in_document(SHEET_ROWS) == (0, SHEET_ROWS)
    assert further(further(ENTRIES[0], 1), 2) == further(ENTRIES[0], 3)


def test_a_number_that_a_person_of_the_former_list_has_is_found() -> None:
    """At its cell, naming the other."""
    new = [changed(5, phone=ENTRIES[0].values["phone"])]
    (finding,) = repeated_between(new, ENTRIES[:3], CAMPAIGN, [Place(sheet="Danh sách", columns={"phone": "G"})])
    assert (finding.cell, finding.key, finding.facts["other_names"]) == (
        "G7",
        "duplicate_in_file.earlier",
        ENTRIES[0].name,
    )
