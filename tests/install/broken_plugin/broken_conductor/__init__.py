"""Raises when it is imported, as a plugin does whose own dependency is missing."""

raise ImportError("broken-conductor needs a library that nobody has")
