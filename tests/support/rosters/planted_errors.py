"""Mistakes that offices make, planted one at a time: what is written, and where and as what it must be found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from service.core.grids import CellValue
from tests.support.rosters.generated_people import DOMAIN, Person

Changes = Mapping[str, CellValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One kind of mistake. `columns`, `codes`: any of them is right."""

    name: str
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    write: Callable[[Random, Person], Changes | None]
    """Cells as written; None where this person cannot make it."""


def _mistake(name: str, columns: str, codes: str, write: Callable[[Random, Person], Changes | None]) -> Mistake:
    return Mistake(name=name, columns=tuple(columns.split()), codes=tuple(codes.split()), write=write)


def _missing(key: str) -> Mistake:
    return _mistake(
        f"{key} missing",
        key,
        "missing_value not_allowed",
        lambda chance, _: {key: chance.choice((None, "", "-", " ", "chưa có", "/", "n/a"))},
    )


def _lost_zero(key: str) -> Mistake:
    def write(random: Random, person: Person) -> Changes | None:
        text = person.values[key]
        if not text.startswith("0") or not text.isdigit():
            return None
        bare = text.lstrip("0") if key != "social_insurance_no" else text[1:]
        if len(bare) != len(text) - 1:
            return None
        return {key: random.choice((float(bare), bare, f"{bare}.0"))}

    return _mistake(f"{key} lost its zero", key, "lost_zero bad_format", write)


def _damaged(key: str, damage: Callable[[Random, str], str], name: str, codes: str = "bad_format lost_zero") -> Mistake:
    return _mistake(f"{key} {name}", key, codes, lambda chance, person: {key: damage(chance, person.values[key])})


def _swapped_digit(random: Random, text: str) -> str:
    place = random.randrange(1, len(text) - 1)
    return text[:place] + random.choice("OoIlSB") + text[place + 1 :]


def _other_year(random: Random, person: Person) -> Changes:
    number = person.values["citizen_id"]
    year = (int(number[4:6]) + random.randrange(1, 30)) % 100
    return {"citizen_id": f"{number[:4]}{year:02}{number[6:]}"}


def _other_gender(_random: Random, person: Person) -> Changes:
    return {"gender": "Nam" if person.is_woman else "Nữ"}


def _incomplete(random: Random, _person: Person) -> Changes:
    whole = {
        "discrepancy_kind": "Thẻ BHYT",
        "discrepancy_vssid": "Nơi KCB: Bệnh viện A",
        "discrepancy_actual": "Nơi KCB: Bệnh viện B",
    }
    left_out = random.choice(tuple(whole))
    return {key: None if key == left_out else value for key, value in whole.items()}


def _no_difference(_random: Random, person: Person) -> Changes:
    name = person.values["full_name"]
    return {"discrepancy_kind": "Nhân thân", "discrepancy_vssid": name, "discrepancy_actual": name}


def _other_card(random: Random, person: Person) -> Changes:
    """A digit of the card copied wrongly."""
    text, place = person.values["health_card_no"], random.randrange(-6, -1)
    return {"health_card_no": f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"}


_REQUIRED = (
    "full_name birth_date citizen_id social_insurance_no phone email registered_on vssid_installed declaration_signed"
)
_NUMBERS = (
    *(_lost_zero(key) for key in ("citizen_id", "social_insurance_no", "phone")),
    _damaged("social_insurance_no", lambda chance, text: text[: chance.choice((7, 8))], "too short"),
    _damaged("social_insurance_no", lambda chance, text: text + str(chance.randrange(10)), "too long"),
    _damaged("social_insurance_no", _swapped_digit, "with a letter"),
    _damaged("social_insurance_no", lambda _, text: f"{text[0]}.{text[1:6]}E+09", "in powers of ten", "digits_lost"),
    _damaged("citizen_id", lambda chance, text: text + str(chance.randrange(10)), "too long"),
    _damaged("citizen_id", _swapped_digit, "with a letter"),
    _damaged("citizen_id", lambda _, text: f"{text[1]}.{text[2:4]}E+10", "in powers of ten", "digits_lost"),
    _damaged("citizen_id", lambda _, text: text[:7], "cut off"),
    _damaged("phone", lambda _, text: text[:8], "too short"),
    _damaged("phone", lambda chance, text: text + str(chance.randrange(10)), "too long"),
    _damaged("phone", lambda _, text: "02438" + text[5:] + "1", "of an office"),
    _damaged("phone", lambda _, text: f"{text}/{text[:9]}0", "twice"),
    _damaged("phone", lambda _, text: "054" + text[3:], "with an unknown prefix"),
    _damaged("phone", _swapped_digit, "with a letter"),
    _damaged("health_card_no", lambda _, text: "ZZ" + text[2:] if len(text) == 15 else "12345", "of no kind"),
    _damaged("health_card_no", lambda _, text: text[:-2], "too short", "bad_format lost_zero inconsistent"),
    _mistake("another's card", "health_card_no social_insurance_no", "inconsistent bad_format", _other_card),
    _mistake(
        "one number twice",
        "social_insurance_no phone",
        "inconsistent",
        lambda _, person: {"social_insurance_no": person.values["phone"]},
    ),
)
_ADDRESSES = (
    _damaged("email", lambda _, text: text.replace("@", ""), "without @"),
    _damaged("email", lambda _, text: text.replace(".", ",", 1), "with a comma", "bad_format wrong_domain"),
    _damaged("email", lambda _, text: text.partition("@")[0] + "@gmail.com", "private", "wrong_domain"),
    _damaged("email", lambda _, text: text.partition("@")[0] + "@vnpt.vn", "of another company", "wrong_domain"),
    _damaged("email", lambda _, text: text + ".", "with a full stop", "bad_format wrong_domain"),
    _damaged("email", lambda _, text: text.replace("@", " @"), "with a blank"),
    _damaged("email", lambda _, text: "ơ" + text, "typed by Telex"),
    _damaged("email", lambda _, text: text.replace("@", "..@"), "with two dots"),
    _damaged("email", lambda _, text: text.partition("@")[0] + f"@{DOMAIN}.vn", "with a longer domain", "wrong_domain"),
)
_DATES = (
    _damaged(
        "birth_date",
        lambda chance, text: chance.choice(("31/02/", "30/02/", "31/04/", "15/13/")) + text[:4],
        "impossible",
        "bad_date",
    ),
    _damaged("birth_date", lambda _, text: f"13/05/{text[2:4]}", "with two digits of a year", "bad_date"),
    _damaged("birth_date", lambda _, __: "không nhớ", "in words", "bad_date missing_value"),
    _mistake(
        "birth ahead", "birth_date citizen_id", "out_of_range inconsistent", lambda _, __: {"birth_date": "13/05/2031"}
    ),
    _damaged("registered_on", lambda _, __: "25/02/2021", "too early", "out_of_range"),
    _damaged("registered_on", lambda _, __: "25/06/2021", "ahead", "out_of_range"),
    _damaged("registered_on", lambda _, __: "31/04/2021", "impossible", "bad_date"),
    _damaged("registered_on", lambda _, __: "chưa", "not yet", "missing_value bad_date not_allowed"),
)
_NOT_YET = "not_allowed missing_value"
_BLOCK = "discrepancy_kind discrepancy_vssid discrepancy_actual"
_WORDS = (
    _damaged("gender", lambda chance, _: chance.choice(("Khác", "N", "1990", "??a")), "unreadable"),
    _mistake("other gender", "gender citizen_id", "inconsistent", _other_gender),
    _mistake("other year", "birth_date citizen_id", "inconsistent", _other_year),
    _damaged("full_name", lambda _, text: text.split()[-1], "of one word"),
    _damaged("full_name", lambda chance, text: text + str(chance.randrange(10, 99)), "with digits"),
    _damaged(
        "vssid_installed", lambda chance, _: chance.choice(("chưa", "Không", "chưa cài", "0", "no")), "no", _NOT_YET
    ),
    _damaged("vssid_installed", lambda chance, _: chance.choice(("???abc", "xem lại", "máy cũ")), "unclear"),
    _damaged("declaration_signed", lambda chance, _: chance.choice(("chưa", "Chưa nộp", "ko")), "no", _NOT_YET),
    _mistake("half a discrepancy", _BLOCK, "incomplete_discrepancy", _incomplete),
    _mistake("no difference", _BLOCK, "inconsistent", _no_difference),
)
MISTAKES: tuple[Mistake, ...] = (*map(_missing, _REQUIRED.split()), *_NUMBERS, *_ADDRESSES, *_DATES, *_WORDS)

UNIQUE = ("citizen_id", "social_insurance_no", "phone", "email")
"""Columns in which a number of somebody else can be planted."""
