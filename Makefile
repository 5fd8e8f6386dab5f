# Every target sets up what it needs by itself, below this folder. All it asks
# of the machine: Python 3.11 or newer with venv and pip, make, and a package
# registry that pip can reach.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := proto plugins/sdk plugins/zoho plugins/books plugins/invoice plugins/sandbox daemon client
PROJECTS := $(addsuffix /pyproject.toml,$(MEMBERS))

.PHONY: help setup demo run test check torture bench lock generate format clean

help: ## show what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready

# Nothing is installed that the lock does not name with a hash, uv included.
$(VENV)/.ready: bootstrap.lock requirements.lock pyproject.toml $(PROJECTS)
	@echo "setting up $(VENV) (once, and whenever a lock or a project changes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(addprefix --editable ,$(MEMBERS))
	@touch $@

demo: setup ## the main job, end to end, on a Zoho sandbox; ends by itself
	@$(BIN)/python tests/demo

run: setup ## the daemon in the foreground, for a developer
	@$(BIN)/contactd run

test: setup ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup ## what CI runs: format, lint, types, layers, contract, tests, wheels
	@BIN=$(BIN) MEMBERS="$(MEMBERS)" tests/check

torture: setup ## faults planted into the rules, to see whether the tests notice; the better part of an hour
	@$(BIN)/python tests/torture

bench: setup ## speed, as ratios against a floor measured in the same run
	@$(BIN)/python tests/bench

lock: ## resolve the newest releases into requirements.lock and bootstrap.lock
	@test -x $(BIN)/uv || ($(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv)
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --group dev $(PROJECTS) \
	  $(foreach name,contactd contactd-proto contactd-sdk contactd-zoho contactd-books contactd-invoice contactctl contactd-zoho-sandbox,--no-emit-package $(name)) \
	  -o requirements.lock
	@grep -o '^uv==[^ ]*' requirements.lock | $(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --no-header -o bootstrap.lock -

generate: setup ## the contract -> the stubs below proto/src
	@$(BIN)/python proto/generate.py

format: setup ## format and mend what can be mended by itself
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .

clean: ## forget the environment and everything made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
