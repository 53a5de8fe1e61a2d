# One line each. Every target makes what it needs: `make demo`, `make test` or `make check` may be the first command in a fresh clone.
SHELL := bash
.DEFAULT_GOAL := install
.DELETE_ON_ERROR:
.PHONY: install demo test check fix docs wheels bench lock server changelog clean

# The suite starts hundreds of programs: without bytecode on disk each of them would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BENCH ?= startup.run imports.clients startup.first_poll workers.run workers.latency workers.memory workers.endtoend transport.get outbox.run plugins.run profile.run otel.run
ORDERS ?= examples/orders/orders.csv
SERVER ?=
BIN := .venv/bin
SIDE_BY_SIDE ?= --numprocesses auto --maxprocesses 5 --no-loadscope-reorder
DISTRIBUTIONS := . $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))

install: .venv/.stamp-project

demo: install ## 200 orders through a workflow; ORDERS=my.csv and SERVER=http://localhost:8080/api change the input and the server
	@$(BIN)/python examples/orders/main.py --orders "$(ORDERS)" $(if $(SERVER),--server "$(SERVER)")

test: install ## everything: unit, contract, conformance, install, typing, chaos, in one process more than cores; fails below the coverage floor
	$(BIN)/coverage erase && $(BIN)/coverage run -m pytest $(SIDE_BY_SIDE) $(ARGS) && $(BIN)/coverage combine --quiet && $(BIN)/coverage report

check: install ## format, lint, types, imports, drift
	$(BIN)/python -m tools.check

fix: install ## what can be mended by a tool
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/python -m tools.plugins_readme

docs: install ## the tables of the documentation that are made from the code
	$(BIN)/python -m tools.plugins_readme && $(BIN)/python -m tools.reference

wheels: install ## one wheel of each distribution, in dist/
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist $(addprefix ./,$(DISTRIBUTIONS)) && ls -l dist

bench: install ## the numbers of the README; BENCH=workers.run runs one of them
	for name in $(BENCH); do $(BIN)/python -m benchmarks.$$name || exit 1; done

lock: install ## resolve all third-party packages anew, for every supported Python and system
	$(BIN)/python -m tools.lock $(ARGS)

server: install ## the real Conductor server on a free port of 127.0.0.1, until Ctrl-C
	@$(BIN)/python -m tools.real_server

changelog: install ## move the fragments of changelog.d/ into CHANGELOG.md
	$(BIN)/towncrier build --yes

clean: ## everything that make and the tools made, the environment too
	rm -rf .venv build dist htmlcov .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/.stamp-lock: requirements.lock
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.lock && touch $@

.venv/.stamp-project: .venv/.stamp-lock $(addsuffix /pyproject.toml,$(DISTRIBUTIONS))
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(foreach distribution,$(DISTRIBUTIONS),--editable ./$(distribution)) && touch $@
