# Every command sets itself up: a fresh machine with Python 3.11+ needs nothing else.
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: help setup demo test check soak bench corpora lint types layers migration lock clean

help:
	@echo "make setup   a virtual environment in .venv with the dondoc command"
	@echo "make demo    a whole campaign on this machine (FAST=1: under a minute)"
	@echo "make test    all tests; asks before it installs system packages (YES=1 or 0 answers)"
	@echo "make check   lint, types, layers, tests"
	@echo "make soak    the long forms: hundreds of kills"
	@echo "make bench   figures beside a peer, in one run"
	@echo "make corpora reads other projects' mails, where they lie beside this checkout"
	@echo "make migration NAME=\"what changes\"  the next migration, from what tables.py changes"
	@echo "make lock    pins what pyproject.toml names (UPGRADE=1: the newest of everything)"

setup: $(VENV)/.ready

$(VENV)/.ready: requirements-dev.lock pyproject.toml .ci/setup
	@sh .ci/setup $(VENV)

demo: setup
	@$(BIN)/dondoc demo $(if $(FAST),--fast)

test: setup
	@sh .ci/system-packages
	$(BIN)/python -m pytest -m "not soak" -n $(WORKERS) --dist worksteal --cov --cov-report=term $(PYTEST)

check: lint types layers test

soak: setup
	@sh .ci/system-packages
	$(BIN)/python -m pytest -m soak -n $(WORKERS) $(PYTEST)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python .ci/lengths.py

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports --no-cache

bench: setup
	@sh .ci/system-packages
	$(BIN)/python -m tests.benchmarks

corpora: setup
	$(BIN)/python -m pytest -n 0 -q -s tests/corpora/mail_corpora.py tests/corpora/mail_outcomes.py

# FIRST=1 writes the first schema anew, for as long as nothing is released.
migration: setup
	@$(BIN)/python -m service.storage.migrations.make $(if $(FIRST),--first,"$(NAME)")

# Needs uv. Pins that stand are kept (UPGRADE=1 renews them); no index address is named, so that the locks serve everywhere.
# requirements.lock is the service alone; requirements-dev.lock has the demonstration, the tests and the tools besides.
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(if $(UPGRADE),--upgrade) pyproject.toml
lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra demo --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .coverage* htmlcov
