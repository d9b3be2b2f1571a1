# Needs Python 3.11 or newer with its venv, and make. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= python3
DATA := $(or $(KYODO_DATA_DIR),instance)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
ACCOUNTS := $(DATA)/demo-accounts.csv

.PHONY: help setup run test needs check fix bench demo lock

help: ## List these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

setup: $(READY) ## Install the product into .venv (hashes checked)

run: $(READY) ## Serve on http://127.0.0.1:$PORT with demo data on the first start
	@$(first_start)
	@$(BIN)/kyodo-match db upgrade > /dev/null
	@echo
	@echo "  http://127.0.0.1:$(PORT)"
	@if [ -f "$(ACCOUNTS)" ]; then echo; column -t -s, "$(ACCOUNTS)" 2>/dev/null || cat "$(ACCOUNTS)"; fi
	@echo
	@exec $(BIN)/kyodo-match serve --port $(PORT)

demo: $(READY) ## Put demo data into the database, print its accounts
	@$(BIN)/kyodo-match db upgrade > /dev/null
	@$(BIN)/kyodo-match demo

test: needs check ## Bring what tests need, check, then run all tests
	$(BIN)/pytest -n 2 -m "not rush and not browser and not packaging"
	$(BIN)/pytest -n 2 --dist loadfile -m "browser or packaging"
	$(BIN)/pytest -n 2 -m rush

needs: $(READY_TO_TEST)
	@$(BIN)/python -m tests.support.needs

check: $(READY_TO_TEST) ## Lint, format, types, import contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

fix: $(READY_TO_TEST) ## Repair what the checks can repair by themselves
	-$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: needs ## Measure speed and write docs/benchmarks.md
	$(BIN)/python -m tests.load.bench

lock: ## Renew the lock files (needs uv)
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev -c requirements.lock $(LOCK) -o requirements-dev.lock
	uv pip compile pyproject.toml --extra solver -c requirements-dev.lock $(LOCK) -o requirements-solver.lock
	uv pip compile --group build --group postgres -c requirements-dev.lock $(LOCK) -o requirements-postgres.lock
LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-header --quiet

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }

$(READY): requirements.lock pyproject.toml | $(VENV)/bin/pip
	@echo "Installing into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(READY_TO_TEST): requirements-dev.lock $(READY)
	@echo "Installing what tests need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The demo is made beside the data folder and moved in when it is whole: a first start that was
# interrupted is simply done again. The database moves last; where it is, the start is not the first.
define first_start
if [ "$${KYODO_ENV:-development}" = production ] || [ -f "$(ACCOUNTS)" -a -f "$(DATA)/kyodo.db" ]; then exit 0; fi; \
umask 077; mkdir -p "$(DATA)"; \
if [ -n "$${KYODO_DATABASE_URL:-}" ]; then \
  [ -f "$(ACCOUNTS)" ] && exit 0; \
  $(BIN)/kyodo-match db upgrade > /dev/null; \
  $(BIN)/kyodo-match demo > "$(ACCOUNTS).part"; \
  mv "$(ACCOUNTS).part" "$(ACCOUNTS)"; \
elif [ ! -e "$(DATA)/kyodo.db" ]; then \
  echo "First start: making the demo data …"; \
  first="$(DATA)/.first-start"; rm -rf "$$first"; mkdir "$$first"; \
  KYODO_DATA_DIR="$$first" $(BIN)/kyodo-match db upgrade > /dev/null; \
  KYODO_DATA_DIR="$$first" $(BIN)/kyodo-match demo > "$$first/demo-accounts.csv"; \
  mv "$$first/demo-accounts.csv" "$(ACCOUNTS)"; \
  for side in "$$first"/kyodo.db-*; do if [ -e "$$side" ]; then mv "$$side" "$(DATA)/"; fi; done; \
  mv "$$first/kyodo.db" "$(DATA)/kyodo.db"; \
  rm -rf "$$first"; \
fi
endef
