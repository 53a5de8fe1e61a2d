"""Orders from a file go through a workflow: the parts of the example, one idea per module."""
