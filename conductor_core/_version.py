"""The version that all distributions of this project share."""

__version__ = "0.1.0"
