"""``conductor worker run --processes N``: several interpreters that serve the same workers, and one that looks after them."""
