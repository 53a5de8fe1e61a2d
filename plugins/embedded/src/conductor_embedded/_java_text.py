"""How values look inside a text: `a ${x} b` prints them as the real server, a Java program, does."""

from __future__ import annotations

import math

from conductor_embedded._json import is_list, is_object

_PLAIN_FROM = 1e-3
_PLAIN_BELOW = 1e7


def java_text(value: object) -> str:
    """Return the text form of a JSON value: `null`, `true`, `1.0E10`, `{x=1, y=[2]}`, `[1, 2]`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_float(value)
    if is_object(value):
        return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(java_text, value)) + "]"
    return str(value)


def java_float(value: float) -> str:
    """Return a double as Java prints it: plain from 0.001 to 10 million, `1.2E-4` outside of it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return repr(value)
    digits, exponent = _scientific(value)
    return f"{digits}E{exponent}"


def _scientific(value: float) -> tuple[str, int]:
    """Split the shortest exact form of a double into digits with one place before the point, and the exponent."""
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    exponent = int(power or 0) + len(whole) - 1
    significant = whole + fraction
    stripped = significant.lstrip("0")
    exponent -= len(significant) - len(stripped)
    tail = stripped[1:].rstrip("0") or "0"
    return f"{sign}{stripped[0]}.{tail}", exponent
