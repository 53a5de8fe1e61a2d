"""The business rules, as pure functions: workers apply them, and the report compares what happened with them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orders_demo.orders_file import OrderRow

PRICES: Final[Mapping[str, Decimal]] = {
    "anchor": Decimal("89.00"),
    "bell": Decimal("34.50"),
    "compass": Decimal("59.90"),
    "lantern": Decimal("24.00"),
    "rope": Decimal("12.75"),
    "sextant": Decimal("249.00"),
}
MOST_PIECES: Final = 50
"""Pieces of one product that the warehouse gives away at once."""

CHARGE_RETRIES: Final = 2
DECLINED_CARD: Final = "0002"
BUSY_ONCE_CARD: Final = "0119"
BUSY_CARD: Final = "0341"
"""Last digits of the payment provider's test cards: declined, busy at the first try, and always busy."""


class OrderRefusedError(Exception):
    """An order breaks a rule; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order that has been checked."""

    order_id: str
    customer: str
    product: str
    quantity: int
    amount: Decimal
    card: str


def checked(row: OrderRow) -> Order:
    """Return the order of a row.

    Raises:
        OrderRefusedError: a value is missing or makes no sense.
    """
    if row.product not in PRICES:
        raise OrderRefusedError(f"unknown product {row.product!r}" if row.product else "product is missing")
    quantity = _number(row.quantity, "quantity")
    if quantity <= 0 or quantity != quantity.to_integral_value():
        raise OrderRefusedError(f"quantity {row.quantity} is not a positive whole number")
    amount = _number(row.amount, "amount")
    total = quantity * PRICES[row.product]
    if amount != total:
        raise OrderRefusedError(f"amount {row.amount} is not {quantity:f} x {PRICES[row.product]} = {total:f}")
    return Order(row.order_id, row.customer, row.product, int(quantity), amount, row.card)


def _number(text: str, name: str) -> Decimal:
    if not text:
        raise OrderRefusedError(f"{name} is missing")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise OrderRefusedError(f"{name} {text!r} is not a number") from None
    if not number.is_finite() or abs(number) >= Decimal("1e9"):
        raise OrderRefusedError(f"{name} {text!r} is out of range")
    return number


def refuse_too_many(quantity: int, product: str) -> None:
    """Refuse to reserve more than the warehouse gives away at once.

    Raises:
        OrderRefusedError: that many pieces are not available.
    """
    if quantity > MOST_PIECES:
        raise OrderRefusedError(f"only {MOST_PIECES} pieces of {product} can be reserved, not {quantity}")


def refuse_declined(card: str) -> None:
    """Refuse a card that its bank does not accept.

    Raises:
        OrderRefusedError: the card is declined.
    """
    if card.endswith(DECLINED_CARD):
        raise OrderRefusedError("card declined")


def payment_is_busy(card: str, attempt: int) -> bool:
    """Whether the payment provider has no time for this card; ``attempt`` is 0 for the first try."""
    return card.endswith(BUSY_CARD) or (card.endswith(BUSY_ONCE_CARD) and attempt == 0)


PAYMENT_BUSY: Final = "payment provider is busy"
