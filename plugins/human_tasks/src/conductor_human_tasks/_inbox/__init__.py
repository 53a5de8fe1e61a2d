"""``conductor human``: people's tasks in a terminal."""
