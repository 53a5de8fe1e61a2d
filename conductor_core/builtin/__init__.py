"""Plugins that come with the core; they are registered by the same call as those of other distributions."""
