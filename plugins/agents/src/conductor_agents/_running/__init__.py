"""Agents as they run: workers are served, executions started and waited for."""
