"""What is wrong with a cell of an import, and how to mend it, in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "name_missing": _("The name is missing. Please write it."),
    "id_missing": _("The ID number is missing. Please write it, or say in “Why no ID number” why there is none."),
    "bad_id_number": _("An ID number has 18 characters: 17 digits and a digit or X. Please compare with the card."),
    "bad_id_date": _("The birth date inside the ID number is not possible. Please compare with the card."),
    "bad_id_check": _("The last character of the ID number does not fit. Please compare with the card."),
    "id_as_number": _("Excel turned the ID number into a number and lost its last digits. Please set the column to text and write it again."),
    "number_changed": _("Excel has changed the last digits of this number. Please set the column to text and write it again."),
    "bad_date": _("This is no date. Please write it like 1946-03-05."),
    "future_birth": _("The birth date is in the future. Please check it."),
    "future_date": _("This date is in the future. Please check it."),
    "birth_missing": _("The date of birth is missing, and there is no ID number to take it from."),
    "birth_differs": _("The date of birth differs from the ID number (%(expected)s). Please correct one of them."),
    "too_young": _("This person is %(age)s. The register is for people of 60 and over."),
    "sex_differs": _("The sex does not fit the ID number (17th digit: odd is male, even is female). Please correct one of them."),
    "bad_phone": _("Please write an 11-digit mobile number, or a landline number with its area code."),
    "building_missing": _("The building is missing. Please choose one from the list."),
    "unknown_building": _("There is no building “%(value)s” in this community. Please choose one from the list."),
    "unknown_grid": _("There is no grid “%(value)s” in this community. Please choose one from the list."),
    "building_not_in_grid": _("The building “%(value)s” is not in “%(grid)s”. Please correct one of them."),
    "building_in_many_grids": _("Several grids have a building “%(value)s”. Please write the grid too."),
    "unknown_word": _("“%(value)s” is none of the allowed words. Please choose one from the list."),
    "unknown_category": _("“%(value)s” contains a category that is not known. Please see the notes in the template."),
    "contact_name_missing": _("There is a contact's phone but no name. Please write the name."),
    "twice_in_file": _("This person stands in row %(other)s already. Please delete one of the rows."),
    "in_register": _("A person with this ID number is already registered. Please delete this row."),
    "like_in_register": _("Somebody of this name and birth date is already registered. Please enter this person singly, where you can compare."),
}  # fmt: skip


def sentence(code: str, value: str, facts: Mapping[str, Any]) -> str:
    """The sentence in the reader's language."""
    text = str(SENTENCES.get(code, code))
    return text % {"value": value, **facts} if "%(" in text else text
