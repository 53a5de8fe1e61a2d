"""People's tasks in the embedded engine: the task type, its routes, and forms. Needs the extra `embedded`."""
