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
    "unknown_number": _("There is no file number “%(value)s”. Please compare with the register."),
    "unknown_id": _("Nobody with this ID number is in the register. Please check it, or register the person first."),
    "other_name": _("This number belongs to somebody of another name. Please correct the number or the name."),
    "number_and_id_differ": _("The file number and the ID number belong to two people. Please correct one of them."),
    "who_missing": _("The name alone is not enough. Please write the file number, the date of birth, the phone or the building too."),
    "unknown_person": _("Nobody of this name with these facts is in the register. Please compare, or register the person first."),
    "new_member": _("Nobody called “%(value)s” is known here. Ticked below, this person is entered as a member of the household, not as an elder. If it is an elder of the register, please correct the name."),
    "ambiguous_person": _("%(count)s people fit. Please write the file number or the ID number."),
    "not_in_care": _("This person has left the care of the station. Please delete this row."),
    "too_long": _("This is longer than %(most)s characters. Please shorten it."),
    "bad_order": _("The last day lies before the first. Please correct one of them."),
    "category_missing": _("The category is missing. Please choose one from the list."),
    "unknown_one_category": _("“%(value)s” is no category, or more than one. Please write one category a row, as in the list."),
    "not_disabled": _("Kind and grade belong only to the category 残疾. Please empty this cell or correct the category."),
    "overlap": _("This category stands already from %(since)s to %(until)s. Please end that one first, or write its first day to change it."),
    "overlap_in_file": _("This time overlaps with row %(other)s, the same person and category. Please correct one of them."),
    "building_twice": _("Several buildings are called “%(value)s”. Please enter this home by hand."),
    "door_missing": _("The door is missing. Please write unit and room, like 2-501."),
    "role_missing": _("The role is missing. Please choose one from the list."),
    "unknown_role": _("“%(value)s” is no role in a household. Please choose one from the list."),
    "captain_by_hand": _("A building captain is named on the page of the home, not here. Please delete this row."),
    "since_missing": _("To write the time of somebody who has left, the first day is needed too."),
    "two_homes_in_file": _("Row %(other)s says that this person lives behind another door. Nobody lives in two homes: please delete one of the rows."),
    "two_heads_in_file": _("Row %(other)s names another head of this household. Please delete one of the rows."),
    "lives_elsewhere": _("By the register this person lives at %(place)s. Ticked below, they move here on the first day of this row, and their address changes."),
    "other_head": _("%(name)s is the head of this household now. Ticked below, this person becomes the head."),
    "measure_missing": _("What was measured is missing. Please choose it from the list."),
    "unknown_measure": _("“%(value)s” is nothing that is measured here. Please choose from the list; for blood glucose say 空腹血糖 or 餐后血糖."),
    "value_missing": _("The value is missing. Please write it."),
    "second_missing": _("Blood pressure needs both numbers. Please write the second one, or write it like 128/76."),
    "no_second": _("Only blood pressure has a second number. Please empty this cell."),
    "wrong_unit": _("The unit must be %(expected)s. Please convert with the device's own table, or measure again."),
    "not_a_reading": _("This is no number, or has more than %(decimals)s decimals. Please correct it."),
    "impossible_reading": _("No living person has this value. Please compare with the paper."),
    "time_missing": _("The time of the reading is missing. Please write it like 2026-11-20 08:30."),
    "bad_moment": _("This is no time. Please write it like 2026-11-20 08:30."),
    "future_moment": _("This time lies in the future. Please check it."),
    "write_the_time": _("A day without a time counts as its noon, which has not come yet. Please write the time of day too."),
    "other_value_on_file": _("Another value of this minute is on file already. If it is wrong, correct it on the health page."),
    "twice_reading": _("The same reading stands in row %(other)s already. Please delete one of the rows."),
    "two_values_in_file": _("Row %(other)s has another value of the same minute. Please correct one of them."),
    "unusual_rare": _("This value is rare. Please compare with the paper; if it is right, tick below."),
    "unusual_jump": _("This is far from the last value (%(last)s). Please compare with the paper; if it is right, tick below."),
}  # fmt: skip


def sentence(code: str, value: str, facts: Mapping[str, Any]) -> str:
    """The sentence in the reader's language."""
    text = str(SENTENCES.get(code, code))
    return text % {"value": value, **facts} if "%(" in text else text.replace("%%", "%")
