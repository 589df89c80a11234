"""Codes and numbers as people type them."""

import pytest

from intents import extract


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("H12.25-251103-0045", "H12.25-251103-0045"),
        ("h12 . 01 - 260305 - 0003", "H12.01-260305-0003"),
        ("mã 000.00.01.H12-250101-0001 nha", "000.00.01.H12-250101-0001"),
        ("000.00.01.h12 — 250101 – 00012", "000.00.01.H12-250101-00012"),
        ("hồ sơ h12 25 251103 0045 tới đâu", "H12.25-251103-0045"),
        ("H1225-251103-0045", "H12.25-251103-0045"),
        ("0000001H12-250101-0001", "000.00.01.H12-250101-0001"),
        ("H04-240101-0001", "H04-240101-0001"),
        ("H12.19.105-251103-123456", "H12.19.105-251103-123456"),
    ],
)
def test_a_dossier_code_is_read_in_its_canonical_form(typed: str, code: str) -> None:
    assert extract.dossier_codes(typed) == (code,)
    assert not extract.looks_like_dossier_code(typed)


@pytest.mark.parametrize("typed", ["H12.25-2511-45", "251103-0045", "H12.25-251399-0045", "h12.25-251103"])
def test_a_botched_dossier_code_is_noticed(typed: str) -> None:
    assert extract.dossier_codes(typed) == ()
    assert extract.looks_like_dossier_code(typed)


@pytest.mark.parametrize(
    "typed", ["tờ CT01", "sinh 01.01.1990", "0912 345 678", "bằng B2", "mẫu D02-TS", "1.001193"]
)
def test_other_numbers_are_no_dossier_codes(typed: str) -> None:
    assert extract.dossier_codes(typed) == ()
    assert not extract.looks_like_dossier_code(typed)


def test_procedure_codes_lose_the_agency_suffix() -> None:
    typed = "1.001193.000.00.00.H49, 2,000528 và dp-nvqs-tam-hoan; H12.25-251103-0045"
    assert extract.procedure_codes(typed) == ("1.001193", "2.000528", "DP-NVQS-TAM-HOAN")


def test_petition_codes_forgive_lookalikes_and_missing_dashes() -> None:
    assert extract.petition_codes("pa-7k3q-9xo1") == ("PA-7K3Q-9X01",)
    assert extract.petition_codes("mã PA 7K3Q9XZ1 của tôi") == ("PA-7K3Q-9XZ1",)
    assert extract.petition_codes("pa ơi chào nhaa nhaa") == ()


def test_phone_and_identity_numbers() -> None:
    assert extract.phone_numbers("gọi 0912 345 678 hay +84912345679") == ("0912345678", "0912345679")
    assert extract.phone_numbers("0290 3831 234") == ("02903831234",)
    assert extract.phone_numbers("H12.25-251103-0045") == ()
    assert extract.id_numbers("căn cước 096085001234, cmnd 380123456") == ("096085001234", "380123456")


@pytest.mark.parametrize(
    ("typed", "six"),
    [
        ("123456", "123456"), ("số cuối 001234 ạ", "001234"), ("096085001234", "001234"), ("0912 345 678", "345678"),
        ("12345", None), ("H12.25-251103-0045", None), ("không nhớ", None),
    ],
)  # fmt: skip
def test_last_six_of_whatever_number_was_sent(typed: str, six: str | None) -> None:
    assert extract.last_six(typed) == six


@pytest.mark.parametrize(
    ("typed", "six"),
    [
        ("123456", "123456"), ("123456 nha em", "123456"), ("H12.25-251103-0045 123456", "123456"),
        ("ngày 20/11 123456", None), ("1234567", None), ("H12.25-251103-0045", None),
    ],
)  # fmt: skip
def test_six_digits_that_stand_alone(typed: str, six: str | None) -> None:
    assert extract.six_digits(typed) == six


@pytest.mark.parametrize(
    ("typed", "stars"),
    [
        ("5 sao", 5), ("năm sao nha", 5), ("⭐⭐⭐⭐", 4), ("3", 3), ("cho 4 sao luôn", 4), ("rất hài lòng", 5),
        ("hài lòng", 4),
        ("rat hai long", 5), ("bình thường", 3), ("không hài lòng", 2), ("chưa hài lòng lắm", 2),
        ("rất không hài lòng", 1),
        ("tệ quá", 1), ("6", None), ("thuế", None), ("làm khai sinh cần gì", None),
        ("tôi muốn hỏi làm giấy khai sinh cho cháu nội của tôi tốt nhất là ở đâu", None),
    ],
)  # fmt: skip
def test_rating(typed: str, stars: int | None) -> None:
    assert extract.rating(typed) == stars


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1), ("số 2", 2), ("cái thứ hai", 2), ("chọn 3 nha", 3), ("mục 1 ạ", 1), ("cái đầu tiên", 1),
        ("dạ em chọn cái đầu", 1), ("đầu tiên", 1), ("2 nha em", 2),
        ("2 cái", None), ("khai sinh", None), ("12", None), ("3 ngày nữa", None), ("", None),
        ("ở đâu", None), ("o dau", None), ("đâu", None), ("đau", None), ("ở đâu vậy em", None), ("thứ hai", None),
        ("ba", None),
    ],
)  # fmt: skip
def test_menu_number(typed: str, number: int | None) -> None:
    assert extract.menu_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("thứ nhất", 1), ("hai", 2), ("ba nha em", 3), ("đầu", 1), ("ở đầu", 1), ("thứ hai", 2),
        ("ở đâu", None), ("o dau", None), ("dau", None), ("đau", None), ("ba tui", None), ("thứ hai tuần sau", None),
    ],
)  # fmt: skip
def test_what_may_be_a_menu_number(typed: str, number: int | None) -> None:
    assert extract.perhaps_menu_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("cccd 096085001234", "cccd 0********234"),
        ("gọi 0912345612", "gọi 09******12"),
        ("gọi +84 912 345 612", "gọi 09******12"),
        ("H12.25-251103-0045", "H12.25-251103-****"),
        ("mail nguyen.a@gmail.com", "mail n***@***"),
        ("stk 1234567890123", "stk 1*********123"),
        ("lệ phí 50.000 đồng, 3 ngày", "lệ phí 50.000 đồng, 3 ngày"),
    ],
)
def test_redact_hides_what_tells_who_it_is(typed: str, shown: str) -> None:
    assert extract.redact(typed) == shown
