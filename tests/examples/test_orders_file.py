"""Reading orders.csv, and the one sentence that a broken file gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orders_demo.orders_file import MOST_ORDERS, OrderRow, OrdersFileError, read_orders

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "order_id,customer,product,quantity,amount,card\n"
ROW = "A-1,Ada,bell,2,69.00,4000\n"


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "orders.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_are_read_as_text(tmp_path: Path) -> None:
    assert read_orders(_file(tmp_path, HEADER + ROW)) == [OrderRow("A-1", "Ada", "bell", "2", "69.00", "4000")]


def test_columns_may_stand_in_any_order_and_others_are_left_alone(tmp_path: Path) -> None:
    text = "Card,amount,note,quantity,product,customer,ORDER_ID\n4000,69.00,urgent,2,bell,Ada,A-1\n"
    assert read_orders(_file(tmp_path, text)) == [OrderRow("A-1", "Ada", "bell", "2", "69.00", "4000")]


def test_a_byte_order_mark_quotes_spaces_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER + '\nA-1," Ada, the ""first""",bell, 2 ,69.00,4000\r\n\r\n'
    assert read_orders(_file(tmp_path, text))[0].customer == 'Ada, the "first"'
    assert read_orders(_file(tmp_path, text))[0].quantity == "2"


def test_values_that_make_no_sense_are_the_business_of_the_workflow(tmp_path: Path) -> None:
    assert read_orders(_file(tmp_path, HEADER + "A-1,,,minus two,,\n")) == [
        OrderRow("A-1", "", "", "minus two", "", "")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty; its first line must name the columns order_id, customer, product, quantity, amount, card."),
        ("\n\n", "the file is empty; its first line must name the columns"),
        (HEADER, "the file holds no orders below its header."),
        ("order_id,customer,product,quantity,card\n", "the column amount is missing; the first line names order_id, customer,"),
        ("order_id;customer;product\n", "the columns order_id, customer, product, quantity, amount, card are missing"),
        ("amount," + HEADER, "the first line names the column amount twice."),
        (HEADER + ROW.strip() + ",extra\n", "line 2 holds 7 fields, but the first line names 6 columns."),
        (HEADER + ROW + "A-2,Ben\n", "line 3 holds 2 fields, but the first line names 6 columns."),
        (HEADER + ROW + "\n" + ROW, "lines 2 and 4 both hold order 'A-1'; each order needs an id of its own."),
        (HEADER + " ,Ada,bell,2,69.00,4000\n", "line 2 has no order_id."),
        (HEADER + 'A-1,"Ada,bell,2,69.00,4000\n', "the file is not a CSV file (unexpected end of data)."),
        (HEADER.encode() + b"A-1,Andr\xe9,bell,2,69.00,4000\n", "the file is not encoded in UTF-8 (byte 0xe9 cannot be read); save it as UTF-8."),
        (HEADER.encode("utf-16"), "the file is not encoded in UTF-8 (byte 0xff cannot be read); save it as UTF-8."),
    ],
)  # fmt: skip
def test_a_broken_file_gets_one_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(OrdersFileError) as caught:
        read_orders(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_get_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OrdersFileError, match=r"no\.csv: there is no such file\.$"):
        read_orders(tmp_path / "no.csv")
    with pytest.raises(OrdersFileError, match=r"the file cannot be read \(Is a directory\)\.$"):
        read_orders(tmp_path)


def test_the_number_of_orders_is_bounded(tmp_path: Path) -> None:
    rows = "".join(f"A-{number},Ada,bell,2,69.00,4000\n" for number in range(MOST_ORDERS + 1))
    with pytest.raises(OrdersFileError, match="more than 10000 orders"):
        read_orders(_file(tmp_path, HEADER + rows))
