"""Whether a declaration may be accepted: a wrong acceptance is the worst error."""

from dataclasses import replace

import pytest

from service.core.campaigns import DeclarationRules, FormLayout
from service.core.declarations.judgement import judge
from service.core.findings import Code
from service.core.forms import FieldReading, PageKind, PageReading, Source, Tick, Verdict
from service.core.records import RosterEntry

RULES = DeclarationRules(
    layout=FormLayout(titles=(), fields=(), signature_captions=()), agencies=("BHXH quận Đống Đa",), name="Tờ khai"
)
HUONG = RosterEntry(
    row=9,
    values={
        "full_name": "Nguyễn Thị Hường",
        "social_insurance_no": "5414159047",
        "citizen_id": "054189822597",
        "birth_date": "1989-09-10",
        "phone": "0353699387",
    },
)
TRANG = RosterEntry(
    row=10,
    values={
        "full_name": "Nguyễn Trang",
        "social_insurance_no": "7517532514",
        "citizen_id": "300295657",
        "birth_date": "1997-05-16",
        "phone": "0762645635",
    },
)


def field(value: str, *, agreed: bool = True) -> FieldReading:
    return FieldReading(value=value, confidence=0.99, agreed=agreed, readings={"one": value})


def page(**changes: str) -> PageReading:
    values = {**HUONG.values, "agency": "BHXH quận Đống Đa, thành phố Hà Nội", **changes}
    return PageReading(
        page=1,
        kind=PageKind.DECLARATION,
        rotation=0,
        source=Source.OCR,
        fields={key: field(value) for key, value in values.items()},
        signed=True,
    )


def unsure(reading: PageReading, key: str) -> PageReading:
    return replace(reading, fields={**reading.fields, key: field(reading.fields[key].value, agreed=False)})


def test_a_signed_page_that_agrees_with_one_row_is_accepted() -> None:
    """Numbers read alike, one clear row, a signature."""
    judgement = judge(page(), [HUONG, TRANG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.entry == HUONG
    assert judgement.findings == ()


def test_an_unsigned_page_is_rejected_and_says_whose_it_is() -> None:
    """The sender can mend that for certain."""
    judgement = judge(replace(page(), signed=False), [HUONG, TRANG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REJECTED
    assert [finding.code for finding in judgement.findings] == [Code.NOT_SIGNED]
    assert judgement.findings[0].facts["name"] == "Nguyễn Thị Hường"


def test_a_signature_that_cannot_be_told_is_for_a_person() -> None:
    """None is not True."""
    judgement = judge(replace(page(), signed=None), [HUONG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.reasons == ("signature_unclear",)


@pytest.mark.parametrize("key", ["social_insurance_no", "citizen_id"])
def test_a_number_on_which_the_readers_disagree_is_for_a_person(key: str) -> None:
    """Even when the reading equals the roster: the roster never overwrites a reading."""
    judgement = judge(unsure(page(), key), [HUONG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.reasons == (f"uncertain.{key}",)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("social_insurance_no", "5414159048"),
        ("citizen_id", "054189822598"),
        ("birth_date", "1989-10-09"),
        ("phone", "0353699388"),
    ],
)
def test_one_different_digit_is_a_finding_that_names_both(key: str, value: str) -> None:
    """Never silently either."""
    judgement = judge(page(**{key: value}), [HUONG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    finding = judgement.findings[0]
    assert (finding.code, finding.column) == (Code.FORM_DIFFERS, key)
    assert (finding.facts["form"], finding.facts["roster"]) == (value, HUONG.values[key])


def test_brothers_with_neighbouring_numbers_are_told_apart_by_both_numbers() -> None:
    """Both were read for certain and belong to one row alone."""
    brother = RosterEntry(
        row=11,
        values={**HUONG.values, "full_name": "Nguyễn Thị Hương"}
        | {"social_insurance_no": "5414159048", "citizen_id": "054189822598"},
    )
    judgement = judge(page(), [brother, HUONG], RULES, document="a.pdf")
    assert (judgement.verdict, judgement.entry) == (Verdict.ACCEPTED, HUONG)


def test_brothers_who_share_a_number_are_left_to_a_person() -> None:
    """Two rows that both nearly fit: none is clear."""
    brother = RosterEntry(
        row=11,
        values={**HUONG.values, "full_name": "Nguyễn Thị Hương", "social_insurance_no": "5414159048"},
    )
    judgement = judge(page(), [HUONG, brother], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.entry is None


def test_a_page_of_somebody_else_has_no_row() -> None:
    """It is said by name, and not accepted."""
    judgement = judge(page(), [TRANG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.entry is None
    assert [finding.code for finding in judgement.findings] == [Code.FORM_WITHOUT_ROW]


def test_a_page_before_its_roster_waits() -> None:
    """No roster yet: neither wrong nor accepted."""
    judgement = judge(page(), None, RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert judgement.reasons == ("waiting_for_roster",)
    assert judgement.findings == ()


def test_another_agency_is_a_finding() -> None:
    """The letter says which agency has to be chosen."""
    judgement = judge(page(agency="BHXH thành phố Đà Nẵng"), [HUONG], RULES, document="a.pdf")
    assert judgement.verdict is Verdict.REVIEW
    assert [finding.code for finding in judgement.findings] == [Code.WRONG_AGENCY]


def test_an_accent_of_the_name_is_soft_once_the_numbers_are_confirmed() -> None:
    """Readers drop tones; another name is another matter."""
    assert judge(page(full_name="NGUYEN THI HUONG"), [HUONG], RULES, document="a").verdict is Verdict.ACCEPTED
    assert judge(page(full_name="TRẦN VĂN ĐỘ"), [HUONG], RULES, document="a").verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("place", "reasons"),
    [
        ("Cổng thông tin điện tử của BHXH Việt Nam", ()),
        ("Tổ chức I-VAN", ("wrong_agency.place",)),
        ("Cổng thông tin điện tử của BHXH Việt Nam / Tổ chức I-VAN", ()),
        ("", ()),
    ],
)
def test_a_registration_made_at_the_wrong_place_is_not_accepted(place: str, reasons: tuple[str, ...]) -> None:
    """In writing: only a place known to be wrong; one that is written beside the right one says nothing."""
    rules = replace(RULES, places=("Cổng thông tin điện tử",), other_places=("Tổ chức I-VAN",))
    judgement = judge(page(registered_at=place), [HUONG], rules, document="a.pdf")
    assert judgement.reasons == reasons
    assert [finding.key for finding in judgement.findings] == [*reasons]
    assert judgement.verdict is (Verdict.REVIEW if reasons else Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("portal", "ivan", "reasons"),
    [
        (Tick.TICKED, Tick.EMPTY, ()),
        (Tick.EMPTY, Tick.EMPTY, ()),
        (Tick.UNCLEAR, Tick.EMPTY, ()),
        (Tick.EMPTY, Tick.TICKED, ("wrong_agency.place",)),
        (Tick.UNCLEAR, Tick.TICKED, ("uncertain.registered_at",)),
        (Tick.TICKED, Tick.TICKED, ("uncertain.registered_at",)),
        (Tick.TICKED, Tick.UNCLEAR, ("uncertain.registered_at",)),
        (Tick.EMPTY, Tick.UNCLEAR, ("uncertain.registered_at",)),
        (Tick.UNCLEAR, Tick.UNCLEAR, ("uncertain.registered_at",)),
    ],
)
def test_only_a_wrong_place_that_may_be_ticked_bothers_anybody(
    portal: Tick, ivan: Tick, reasons: tuple[str, ...]
) -> None:
    """Told to the sender only when it alone is surely ticked; a form without a tick is like one with an empty line."""
    rules = replace(RULES, places=("Cổng thông tin điện tử",), other_places=("Tổ chức I-VAN",))
    ticks = {"Cổng thông tin điện tử của BHXH Việt Nam": portal, "Tổ chức I-VAN": ivan}
    sure = Tick.UNCLEAR not in ticks.values()
    ticked = [place for place, tick in ticks.items() if tick is Tick.TICKED]
    value = ticked[0] if sure and len(ticked) == 1 else ""
    said = FieldReading(value=value, confidence=float(sure), agreed=bool(value), ticks=ticks)
    reading = page()
    reading = replace(reading, fields={**reading.fields, "registered_at": said})
    judgement = judge(reading, [HUONG], rules, document="a.pdf")
    assert judgement.reasons == reasons
    assert [finding.key for finding in judgement.findings] == [it for it in reasons if it.startswith("wrong")]
    assert judgement.verdict is (Verdict.REVIEW if reasons else Verdict.ACCEPTED)
