"""What the routes of other distributions are made of: `conductor_embedded_routes` returns Starlette routes."""

from conductor_embedded.api._answers import document, nothing, plain
from conductor_embedded.api._reading import (
    bool_query,
    int_query,
    json_body,
    list_query,
    optional_int,
    optional_json_body,
    part,
    required_query,
    text_query,
    whole_number,
)
from conductor_embedded.errors import Conflict, EngineError, InternalError, InvalidRequest, NotFound

__all__ = [
    "Conflict",
    "EngineError",
    "InternalError",
    "InvalidRequest",
    "NotFound",
    "bool_query",
    "document",
    "int_query",
    "json_body",
    "list_query",
    "nothing",
    "optional_int",
    "optional_json_body",
    "part",
    "plain",
    "required_query",
    "text_query",
    "whole_number",
]
