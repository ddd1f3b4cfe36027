"""ID numbers, phones and credit codes. Vectors: domain.md §2.1, §2.2."""

from __future__ import annotations

from datetime import date

import pytest

from carenet.parties import identity, spelling

ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "99999919450607002X",
        "999999193911120030",
        "99999919600229001X",
        "999999195201010100",
    ],
)
def test_a_right_id_number_passes(number: str) -> None:
    assert identity.check_id_number(f" {number.lower()} ", on=ON).number == number


def test_a_birth_year_before_1900_is_refused_though_the_check_character_is_right() -> None:
    with pytest.raises(identity.BadIdDate):
        identity.check_id_number("440524188001010014", on=ON)


@pytest.mark.parametrize("number", ["11010519491231002", "1101051949123100", "A1010519491231002X", ""])
def test_a_number_of_another_shape_is_refused(number: str) -> None:
    with pytest.raises(identity.BadIdNumber):
        identity.check_id_number(number, on=ON)


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_digit_is_always_found(place: int) -> None:
    right = "11010519491231002X"
    wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
    with pytest.raises((identity.BadIdCheck, identity.BadIdDate)):
        identity.check_id_number(wrong, on=ON)


def test_a_wrong_check_character_is_refused() -> None:
    with pytest.raises(identity.BadIdCheck):
        identity.check_id_number("110105194912310021", on=ON)


def test_a_birth_date_in_the_future_is_refused() -> None:
    number = identity.demo_id_number(born_on=date(2030, 1, 1), sex=1, sequence=3)
    with pytest.raises(identity.BadIdDate):
        identity.check_id_number(number, on=ON)


@pytest.mark.parametrize("sex", [1, 2])
@pytest.mark.parametrize("sequence", [0, 7, 499])
def test_a_synthetic_number_tells_its_sex_and_birth_date(sex: int, sequence: int) -> None:
    number = identity.demo_id_number(born_on=date(1946, 3, 5), sex=sex, sequence=sequence)
    facts = identity.check_id_number(number, on=ON)
    assert (facts.sex, facts.born_on, facts.region) == (sex, date(1946, 3, 5), "999999")


@pytest.mark.parametrize(
    "code",
    ["914403001922038216", "9144030071526726XG", "91330100799655058B", "123502001549897397", "91110108551385082Q",
     "51999901MD0000016J", "52999901MD0000024A", "53999901MD00000322", "91999901MA000004XJ"],
)  # fmt: skip
def test_a_right_credit_code_passes_both_checks(code: str) -> None:
    assert identity.credit_code_faults(code) == ()
    assert identity.credit_code_passes(code)
    assert identity.organisation_check(code[8:16]) == code[16]
    weights = [3**place % 31 for place in range(17)]
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(each) * weight for each, weight in zip(code, weights, strict=False))
    assert alphabet[-total % 31] == code[17], "as the formula of domain.md §2.2 says"


def test_a_credit_code_from_the_wild_that_fails_is_only_a_warning() -> None:
    assert not identity.credit_code_passes("91350203M0001QAY9B")
    assert "shape" not in identity.credit_code_faults("91350203M0001QAY9B")


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("914403001922038217", ("check",)),
        ("914403001922038229", ("organisation",)),
        ("914403001922038226", ("check", "organisation")),
        ("91440300192203821", ("shape",)),
        ("91440300192203821I", ("shape",)),
        ("9144O3001922038216", ("shape",)),
        ("", ("shape",)),
    ],
)
def test_each_check_of_a_credit_code_fails_by_itself(code: str, faults: tuple[str, ...]) -> None:
    assert identity.credit_code_faults(code) == faults


def test_a_credit_code_is_kept_in_one_form_and_says_what_it_is_of() -> None:
    assert identity.normal_credit_code(" ５１９９９９０１-md000001 6j") == "51999901MD0000016J"
    assert [bool(identity.credit_code_kind(each)) for each in ("51999901MD0000016J", "91", "ZZ", "")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("138 0013 8000", "13800138000"), ("+86 138-0013-8000", "13800138000"), ("００８６１３８００１３８０００", "13800138000"),
     ("0886-3620000", "08863620000"), ("（0411）84567890", "041184567890")],
)  # fmt: skip
def test_a_phone_is_kept_in_one_form_however_it_is_typed(typed: str, kept: str) -> None:
    assert identity.normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "23800138000", "abc", "1380013800012"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(identity.BadPhone):
        identity.normal_phone(typed)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [("王桂珍", "wangguizhen", "wgz"), ("单田芳", "shantianfang", "stf"), ("尉迟恭", "yuchigong", "ycg"),
     ("曾志", "zengzhi", "zz"), ("区少章", "oushaozhang", "osz"), ("解晓东", "xiexiaodong", "xxd")],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, pinyin: str, initials: str) -> None:
    assert spelling.pinyin_of(name) == (pinyin, initials)
