"""Options of workers: order of sources, all forms of names, bad values."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from conductor_core.errors import WorkerError
from conductor_core.worker import WorkerOptions, resolve_config


def resolve(environ: dict[str, str] | None = None, name: Any = "pay", **options: Any) -> Any:
    return resolve_config(name, WorkerOptions(**options), environ or {})


def test_defaults() -> None:
    config = resolve()
    assert (config.poll_interval, config.poll_timeout, config.concurrency) == (100.0, 100, 1)
    assert (config.domain, config.worker_id, config.paused) == (None, socket.gethostname(), False)
    assert config.overwrite_task_def
    assert not config.register_task_def
    assert set(config.sources.values()) == {"default"}


OWN_FORMS = [
    "CONDUCTOR_WORKER_PAY_CONCURRENCY",
    "conductor.worker.pay.concurrency",
    "conductor_worker_pay_concurrency",
    "CONDUCTOR_WORKER_pay_CONCURRENCY",
    "CONDUCTOR_WORKER_PAY_THREAD_COUNT",
    "conductor.worker.pay.thread_count",
    "conductor_worker_pay_thread_count",
    "CONDUCTOR_WORKER_pay_THREAD_COUNT",
]
GLOBAL_FORMS = [
    "CONDUCTOR_WORKER_ALL_CONCURRENCY",
    "conductor.worker.all.concurrency",
    "conductor_worker_concurrency",
    "CONDUCTOR_WORKER_CONCURRENCY",
    "CONDUCTOR_WORKER_ALL_THREAD_COUNT",
    "conductor.worker.all.thread_count",
    "conductor_worker_thread_count",
    "CONDUCTOR_WORKER_THREAD_COUNT",
]


@pytest.mark.parametrize("variable", OWN_FORMS + GLOBAL_FORMS)
def test_every_form_of_a_name_is_read_and_named_as_the_source(variable: Any) -> None:
    config = resolve({variable: "7"}, concurrency=3)
    assert config.concurrency == 7
    assert config.sources["concurrency"] == variable


@pytest.mark.parametrize("own", OWN_FORMS)
@pytest.mark.parametrize("shared", GLOBAL_FORMS[:4])
def test_a_workers_own_variable_beats_every_global_one(own: Any, shared: Any) -> None:
    assert resolve({own: "7", shared: "9"}).concurrency == 7


PROPERTIES: dict[str, tuple[str, Any]] = {
    "POLL_INTERVAL": ("250", 250.0),
    "DOMAIN": ("eu", "eu"),
    "WORKER_ID": ("me", "me"),
    "CONCURRENCY": ("7", 7),
    "REGISTER_TASK_DEF": ("true", True),
    "POLL_TIMEOUT": ("40", 40),
    "PAUSED": ("yes", True),
    "OVERWRITE_TASK_DEF": ("no", False),
    "STRICT_SCHEMA": ("1", True),
    "LEASE_EXTEND_ENABLED": ("on", True),
    "REGISTER_SCHEMA": ("TRUE", True),
    "ISOLATION": ("process", "process"),
}


@pytest.mark.parametrize("form", ["CONDUCTOR_WORKER_{}", "conductor.worker.{}", "conductor_worker_{}"])
@pytest.mark.parametrize("whose", ["pay", "all"])
@pytest.mark.parametrize("property_", PROPERTIES)
def test_every_option_can_be_set_for_one_worker_and_for_all(property_: str, whose: str, form: str) -> None:
    text, value = PROPERTIES[property_]
    dot = "." if "." in form else "_"
    name = f"{whose}{dot}{property_ if form.isupper() else property_.lower()}"
    variable = form.format(name.upper() if form.startswith("CONDUCTOR") else name.lower())
    config = resolve({variable: text})
    assert getattr(config, property_.lower()) == value
    assert config.sources[property_.lower()] == variable
    assert [one for one, source in config.sources.items() if source != "default"] == [property_.lower()]
    assert getattr(resolve({variable.replace("pay", "ship").replace("PAY", "SHIP"): text}), property_.lower()) == (
        value if whose == "all" else getattr(resolve(), property_.lower())
    )


def test_no_option_is_missing_above() -> None:
    assert {name.lower() for name in PROPERTIES} == {*WorkerOptions.__dataclass_fields__, "paused"}


def test_a_thread_is_chosen_against_the_code() -> None:
    assert resolve({"CONDUCTOR_WORKER_ISOLATION": "thread"}, isolation="process").isolation == "thread"


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("CONDUCTOR_WORKER_PAY_DOMAIN", "conductor_worker_pay_domain"),
        ("conductor.worker.pay.domain", "conductor_worker_pay_domain"),
        ("conductor.worker.pay.domain", "CONDUCTOR_WORKER_pay_DOMAIN"),
        ("CONDUCTOR_WORKER_ALL_DOMAIN", "conductor_worker_domain"),
        ("conductor.worker.all.domain", "CONDUCTOR_WORKER_DOMAIN"),
        ("CONDUCTOR_WORKER_PAY_POLL_INTERVAL", "CONDUCTOR_WORKER_PAY_POLLING_INTERVAL"),
    ],
)
def test_the_older_forms_are_read_after_the_newer_ones(newer: str, older: str) -> None:
    option, values = ("domain", ("us", "eu")) if "omain" in newer.lower() else ("poll_interval", ("250", "300"))
    both = resolve({older: values[1], newer: values[0]})
    assert both.sources[option] == newer
    assert resolve({older: values[1]}).sources[option] == older


@pytest.mark.parametrize("suffix", ["POLL_INTERVAL", "POLLING_INTERVAL"])
def test_both_names_of_the_poll_interval(suffix: str) -> None:
    assert resolve({f"CONDUCTOR_WORKER_PAY_{suffix}": "250"}).poll_interval == 250.0


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("pay-now", "CONDUCTOR_WORKER_PAY-NOW_DOMAIN"),
        ("pay-now", "CONDUCTOR_WORKER_PAY_NOW_DOMAIN"),
        ("shop.pay", "CONDUCTOR_WORKER_SHOP_PAY_DOMAIN"),
        ("shop.pay", "conductor.worker.shop.pay.domain"),
    ],
)
def test_dashes_and_dots_of_a_name_may_be_underscores(name: Any, variable: Any) -> None:
    assert resolve({variable: "eu"}, name=name).domain == "eu"


def test_forms_of_one_level_that_disagree_are_reported_and_upper_case_counts() -> None:
    config = resolve({"conductor.worker.pay.domain": "eu", "CONDUCTOR_WORKER_PAY_DOMAIN": "us"})
    assert config.domain == "us"
    assert any(
        "different values" in message and "CONDUCTOR_WORKER_PAY_DOMAIN counts" in message for message in config.messages
    )


def test_forms_that_agree_are_fine() -> None:
    assert resolve({"conductor.worker.pay.domain": "eu", "CONDUCTOR_WORKER_PAY_DOMAIN": "eu"}).messages == ()


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "On"])
def test_what_is_true(text: Any) -> None:
    assert resolve({"CONDUCTOR_WORKER_PAY_STRICT_SCHEMA": text}).strict_schema


@pytest.mark.parametrize("text", ["false", "0", "no", "off", "maybe"])
def test_everything_else_is_false(text: Any) -> None:
    assert not resolve({"CONDUCTOR_WORKER_PAY_OVERWRITE_TASK_DEF": text}).overwrite_task_def


def test_a_bad_number_warns_and_the_next_level_applies() -> None:
    config = resolve(
        {"CONDUCTOR_WORKER_PAY_CONCURRENCY": "many", "CONDUCTOR_WORKER_ALL_CONCURRENCY": "4"}, concurrency=2
    )
    assert config.concurrency == 4
    assert any("CONDUCTOR_WORKER_PAY_CONCURRENCY='many'" in message for message in config.messages)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_numbers_that_are_none_are_bad_numbers(text: Any) -> None:
    assert resolve({"CONDUCTOR_WORKER_PAY_POLL_INTERVAL": text}, poll_interval=40).poll_interval == 40


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_variables_count_as_unset(text: Any) -> None:
    config = resolve({"CONDUCTOR_WORKER_PAY_DOMAIN": text, "CONDUCTOR_WORKER_PAY_WORKER_ID": text}, domain="eu")
    assert config.domain == "eu"
    assert config.worker_id == socket.gethostname()


@pytest.mark.parametrize("domain", ["", "  "])
def test_an_empty_domain_in_code_is_none(domain: Any) -> None:
    assert resolve(domain=domain).domain is None


@pytest.mark.parametrize(
    ("options", "option", "value"),
    [
        ({"concurrency": 0}, "concurrency", 1),
        ({"concurrency": -3}, "concurrency", 1),
        ({"poll_interval": 0}, "poll_interval", 1.0),
        ({"poll_timeout": -1}, "poll_timeout", 0),
        ({"poll_timeout": 9000}, "poll_timeout", 5000),
    ],
)
def test_values_out_of_bounds_are_moved_into_them_with_a_message(options: Any, option: Any, value: Any) -> None:
    config = resolve(**options)
    assert getattr(config, option) == value
    assert any(message.startswith(f"{option}=") and "'pay'" in message for message in config.messages)


def test_paused_comes_from_the_environment_only() -> None:
    assert resolve({"CONDUCTOR_WORKER_ALL_PAUSED": "true"}).paused
    assert "paused" not in WorkerOptions.__dataclass_fields__


def test_the_global_switch_for_schemas_ranks_below_the_common_forms() -> None:
    assert resolve({"CONDUCTOR_REGISTER_SCHEMAS": "yes"}).register_schema
    both = {"CONDUCTOR_REGISTER_SCHEMAS": "yes", "CONDUCTOR_WORKER_PAY_REGISTER_SCHEMA": "no"}
    assert not resolve(both).register_schema
    assert resolve({"CONDUCTOR_REGISTER_SCHEMAS": "yes"}).sources["register_schema"] == "CONDUCTOR_REGISTER_SCHEMAS"


def test_the_line_at_start_and_the_summary_of_sources() -> None:
    config = resolve({"CONDUCTOR_WORKER_PAY_PAUSED": "on"}, concurrency=4)
    line = config.line(42)
    assert line.startswith(
        "Conductor Worker[name=pay, pid=42, status=paused, poll_interval=100ms, domain=None, concurrency=4"
    )
    assert "paused=True (CONDUCTOR_WORKER_PAY_PAUSED)" in config.summary()
    assert "concurrency=4 (code)" in config.summary()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", "5"),
        ("concurrency", 2.5),
        ("concurrency", True),
        ("poll_interval", "100"),
        ("poll_timeout", 1.5),
        ("domain", 5),
        ("worker_id", b"me"),
        ("lease_extend_enabled", "false"),
        ("strict_schema", 0),
    ],
)
def test_an_option_of_another_type_is_refused_by_name(option: str, value: Any) -> None:
    with pytest.raises(WorkerError, match=rf"{option} .* must be .*, got .* \({type(value).__name__}\)"):
        WorkerOptions(**{option: value})
