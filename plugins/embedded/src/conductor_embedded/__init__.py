"""The embedded engine: the Conductor server's REST contract inside the process."""
