"""Log records that say which task they belong to, as JSON if wanted, and sent to the task's own log if wanted."""

from conductor_core.logs._fields import FieldsFilter, add_log_fields, log_fields
from conductor_core.logs._json import JsonFormatter
from conductor_core.logs._task import TaskLogHandler

__all__ = ["FieldsFilter", "JsonFormatter", "TaskLogHandler", "add_log_fields", "log_fields"]
