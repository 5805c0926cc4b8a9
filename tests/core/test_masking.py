"""Numbers in mails: unrecognisable for others, telling for whoever has the papers."""

from __future__ import annotations

import pytest

from service.core.masking import masked, masked_apart


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("0110312325", "0110812325", ("0110[3]***25", "0110[8]***25")),
        ("038189022597", "038189022598", ("0381******9[7]", "0381******9[8]")),
        ("0110312325", "0110842325", ("0110[3][1]**25", "0110[8][4]**25")),
        ("0110312325", "0119999925", ("0110****25", "0119****25")),
        ("0110312325", "038189022597", ("0110****25", "0381******97")),
        ("1989-09-10", "1989-10-09", ("1989-09-10", "1989-10-09")),
    ],
)
def test_the_digit_that_differs_is_shown_and_the_others_stay_hidden(
    one: str, other: str, shown: tuple[str, str]
) -> None:
    """In brackets at its place; numbers that have little in common are masked as any other."""
    assert masked_apart(one, other) == shown


def test_what_is_masked_apart_is_not_masked_again() -> None:
    """The sentence around it is masked as a whole afterwards."""
    first, second = masked_apart("0110312325", "0110812325")
    assert masked(f"{first}, {second}") == f"{first}, {second}"
