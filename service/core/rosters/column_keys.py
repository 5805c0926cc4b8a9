"""Columns which the reading of a list knows by name: a person's name and birth day are written in many ways."""

from __future__ import annotations

FAMILY_NAME, GIVEN_NAME, FULL_NAME = "family_name", "given_name", "full_name"
BIRTH_DATE = "birth_date"
DEPARTMENT = "department"
