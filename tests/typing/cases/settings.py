"""Settings are frozen, and their arguments are typed."""

from conductor_core import AsyncConductor, Conductor, Settings

settings = Settings(server_url="http://localhost:8080/api", request_timeout=5, disabled_plugins=("acme",))
reveal_type(settings.request_timeout)  # revealed[mypy]: float # revealed[pyright]: float
settings.server_url = "http://elsewhere/api"  # error: read-only|Cannot assign
Settings(server_uri="http://localhost:8080/api")  # error: [Uu]nexpected keyword|No parameter named
Settings(request_timeout="5 s")  # error: [Ii]ncompatible|cannot be assigned
Settings("http://localhost:8080/api")  # error: Too many positional|Expected 0 positional

with Conductor(settings) as conductor:
    reveal_type(conductor.settings.retry)  # revealed: str
with AsyncConductor(settings) as wrong:  # error: __enter__
    pass
