# People and CI call the same targets. Each sets itself up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The newest of the supported Pythons that is here.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Two at a time: the tests start real runs, and each of those uses two threads.
PYTEST := $(BIN)/pytest -n 2 --dist worksteal
STATE := .rollbook
DEMO_AS_OF := 2026-03-30T06:00:00Z

.PHONY: help setup run test test-slow lint bench bench-serve bench-quality bench-rosters \
	bench-systems serve dev clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.complete ## Make .venv with the locked versions; leaves .venv/bin/rollbook

# Rebuilt when the lock or the package changes; a half-made one has no mark.
.venv/.complete: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: Python 3.11, 3.12 or 3.13 is needed" >&2; exit 2; }
	@echo "setting up .venv with $(PYTHON): about a minute"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from orchestration.manifest import current_manifest as m; m()'
	@touch $@

run: setup ## Make a demo drop folder, run the main job on it, publish
	@rm -rf $(STATE)/drop $(STATE)/systems
	@$(BIN)/rollbook demo $(STATE)/drop --systems $(STATE)/systems
	@$(BIN)/rollbook run --config $(STATE)/systems/rollbook.yml --home $(STATE)/home --as-of $(DEMO_AS_OF)

test: setup lint ## Everything but the slow tests
	@$(PYTEST) -m 'not slow' $(PYTEST_ARGS)

test-slow: setup ## The slow tests
	@$(PYTEST) -m slow $(PYTEST_ARGS)

lint: setup ## ruff, mypy, sqlfluff
	@echo "checking style and types: about a minute"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@mkdir -p target/scratch
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models tests/dbt

bench: setup ## Measure: the floor, polars, pandas and the whole job, side by side
	@$(BIN)/python -m benchmarks.run $(BENCH_ARGS)
	@$(BIN)/python -m benchmarks.systems

bench-systems: setup ## Measure: 10,000 Canvas jobs with 100 errors each, beside the bare download
	@$(BIN)/python -m benchmarks.systems $(BENCH_ARGS)

bench-serve: setup ## Measure: 16 clients of the API, a publication in the middle; then every page
	@$(BIN)/python -m benchmarks.serve $(BENCH_ARGS)

bench-rosters: setup ## Measure: a district's second day imported, beside two snapshots compared
	@$(BIN)/python -m benchmarks.rosters $(BENCH_ARGS)

bench-quality: setup ## Measure: precision and recall of the rules about syncs
	@$(BIN)/python -m benchmarks.quality $(BENCH_ARGS)

serve: setup ## Serve the API over the demo's publication; prints a demo token
	@test -e $(STATE)/home/published/rollbook.duckdb || $(MAKE) --no-print-directory run
	@printf 'demo token (one day, all campuses): '
	@$(BIN)/rollbook token create --home $(STATE)/home --name demo --role admin \
		--all-campuses --expires 1d
	@$(BIN)/rollbook serve --home $(STATE)/home

dev: setup ## Open Dagster's UI on the demo's home
	@$(BIN)/rollbook dev --source $(STATE)/drop --home $(STATE)/home

clean: ## Remove what was made, .venv aside
	@rm -rf $(STATE) target
