"""Fixtures of the core's tests."""

from tests._support.fake_plugins import fake, installed

__all__ = ["fake", "installed"]
