# The task runner. `make` alone lists the tasks; each explains itself in the line that declares it.
.DEFAULT_GOAL := help
.PHONY: help serve test console check bench chaos attack package proof quality kept release lock run-environment test-environment
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
UV := uv>=0.13.8,<0.14
export PYTHON
# Compiled modules are kept: without them each of the many processes of the tests compiles the whole server again, as no user's does.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the tasks
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r task says; do printf '  make %-9s %s\n' "$$task" "$$says"; done

serve: run-environment ## install what is missing and start the appliance with a demo tenant on http://127.0.0.1:8080
	@exec $(BIN)/junction serve --demo

test: test-environment ## install what is missing and run the whole test suite
	@$(PYTEST) -n 2 --dist loadfile tests

console: run-environment ## open the desktop console
	@exec $(BIN)/junction console

check: test-environment ## lint, format, types, import walls, and that the API takes nothing away from its clients
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/junction openapi --against resources/openapi.released.json

bench: test-environment ## measure the product beside its own floor, in one run
	@$(BIN)/python -m tests.bench

chaos: test-environment ## kill, cut off and starve the appliance for long, and count what was lost
	@$(PYTEST) -m chaos --thorough tests

attack: test-environment ## send hostile input to every route for long, with five seeds
	@for seed in 1 2 3 4 5; do $(PYTEST) -n 2 -m attack --thorough --hypothesis-seed=$$seed tests || exit 1; done

package: test-environment ## build the wheel into dist/
	@$(BIN)/python -m hatchling build --target wheel

proof: test-environment ## show every acceptance criterion with its state and figure (JSON=1 for a list)
	@$(BIN)/python -m tests.proof $(if $(JSON),--json)

quality: test-environment ## run the suites of the connectors and write the quality tiers that they show
	@$(PYTEST) -q tests/connectors/catalog --write-quality

kept: test-environment ## write down what installations of a connector keep, before its state version rises (CONNECTOR=hubspot)
	@$(PYTEST) -q tests/connectors/catalog/$(CONNECTOR) -k what_this_version_keeps --write-kept

release: run-environment ## accept the API as released: from now on nothing of it may be taken away
	@$(BIN)/junction openapi >resources/openapi.released.json

lock: run-environment ## resolve pyproject.toml again into the hash-pinned locks
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(UV)'
	@packaging/lock.sh

run-environment:
	@packaging/environment.sh run

test-environment:
	@packaging/environment.sh test
