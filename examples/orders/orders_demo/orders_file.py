"""Read orders from a CSV file. Odd values are the workflow's business; a file that is no list of orders is refused here."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator
    from pathlib import Path

MOST_ORDERS = 10_000


class OrdersFileError(Exception):
    """The file cannot be used; the message is one sentence that says where and why."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as the file holds it: text that nobody has checked yet."""

    order_id: str
    customer: str
    product: str
    quantity: str
    amount: str
    card: str


COLUMNS = tuple(field.name for field in fields(OrderRow))


def read_orders(path: Path) -> list[OrderRow]:
    """Read all orders of a CSV file, encoded in UTF-8, with the names of :data:`COLUMNS` in its first line.

    Columns may stand in any order, and there may be more of them. Empty lines are skipped.

    Raises:
        OrdersFileError: the file cannot be read, or is not such a list.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            return list(_orders(path, reader))
    except FileNotFoundError:
        raise OrdersFileError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise OrdersFileError(f"{path}: the file cannot be read ({error.strerror or error}).") from None
    except UnicodeDecodeError as error:
        raise OrdersFileError(
            f"{path}: the file is not encoded in UTF-8 (byte {error.object[error.start]:#04x} cannot be read); save it as UTF-8."
        ) from None
    except csv.Error as error:
        raise OrdersFileError(f"{path}: the file is not a CSV file ({error}).") from None


def _orders(path: Path, reader: Reader) -> Iterator[OrderRow]:
    header = _header(path, reader)
    first_line: dict[str, int] = {}
    for values in reader:
        if not any(value.strip() for value in values):
            continue
        row = _row(path, reader.line_num, header, values)
        if row.order_id in first_line:
            lines = f"{first_line[row.order_id]} and {reader.line_num}"
            raise OrdersFileError(
                f"{path}: lines {lines} both hold order {row.order_id!r}; each order needs an id of its own."
            )
        first_line[row.order_id] = reader.line_num
        if len(first_line) > MOST_ORDERS:
            raise OrdersFileError(f"{path}: the file holds more than {MOST_ORDERS} orders; split it.")
        yield row
    if not first_line:
        raise OrdersFileError(f"{path}: the file holds no orders below its header.")


def _header(path: Path, reader: Reader) -> list[str]:
    header = [name.strip().lower() for name in next(reader, list[str]())]
    if not any(header):
        raise OrdersFileError(f"{path}: the file is empty; its first line must name the columns {', '.join(COLUMNS)}.")
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        what = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
        raise OrdersFileError(f"{path}: the {what} missing; the first line names {', '.join(header)}.")
    twice = next((name for name in COLUMNS if header.count(name) > 1), None)
    if twice:
        raise OrdersFileError(f"{path}: the first line names the column {twice} twice.")
    return header


def _row(path: Path, line: int, header: list[str], values: list[str]) -> OrderRow:
    if len(values) != len(header):
        raise OrdersFileError(
            f"{path}: line {line} holds {len(values)} fields, but the first line names {len(header)} columns."
        )
    row = OrderRow(**{name: value.strip() for name, value in zip(header, values, strict=True) if name in COLUMNS})
    if not row.order_id:
        raise OrdersFileError(f"{path}: line {line} has no order_id.")
    return row
