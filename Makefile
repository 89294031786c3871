# The commands for users and developers. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BROKER ?= embedded
FAULTS ?=
KEEP ?=
FEED ?=
# Paths reach the programs through the environment, unexpanded and quoted: they may contain spaces, quotes and `$`.
# They are relative to where the command was typed, which with `make -C` is not here.
TYPED_IN := $(if $(findstring w,$(firstword -$(MAKEFLAGS))),$(PWD),$(CURDIR))
export GIVEN_FILE := $(value FILE)
export GIVEN_BRANCHES := $(value BRANCHES)
export GIVEN_FOLDER := $(value FOLDER)
export GIVEN_SUPPLIER := $(value SUPPLIER)
export TYPED_IN
PATH_OPTION = $${GIVEN_$(1):+--$(2) "$$(case "$$GIVEN_$(1)" in /*) ;; *) printf %s/ "$$TYPED_IN" ;; esac; printf %s "$$GIVEN_$(1)")"}
BIN := .venv/bin
INSTALLED := .venv/installed
# More workers than small machines have cores, because many tests wait. Few of the fast ones do, and each worker collects all tests.
# Hundreds of processes start: none compiles our code again.
TEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=12

.PHONY: help demo story up test test-long test-fast test-deep check format contracts alerts bench clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed") if sys.version_info < (3, 11) else None'
	@echo "Installing into .venv, once; this takes a few minutes"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@echo "Compiling"
	@$(BIN)/python -m compileall -q services shared local  # otherwise several processes compile the same at their first start
	@touch $@

demo: $(INSTALLED) ## Run a file of orders through the whole system (FILE=my.csv, BRANCHES=my-branches.csv, BROKER=kafka, FAULTS=1, KEEP=1, FOLDER=my-folder)
	@echo "The demo starts"
	@$(BIN)/python -m local.demo --broker $(BROKER) $(call PATH_OPTION,FILE,file) $(call PATH_OPTION,BRANCHES,branches) \
		$(call PATH_OPTION,FOLDER,folder) $(if $(FAULTS),--faults) $(if $(KEEP),--keep)

story: $(INSTALLED) ## Play how a council leaves one supplier and tries another, chapter by chapter (BROKER=kafka, FOLDER=my-folder)
	@echo "The story starts"
	@$(BIN)/python -m local.story --broker $(BROKER) $(call PATH_OPTION,FOLDER,folder)

up: $(INSTALLED) ## Run the whole system until Ctrl-C and print its addresses (BROKER=kafka, FOLDER=my-folder, SUPPLIER=its-folder,another, FEED=1000)
	@echo "The system starts"
	@set -f; set --; IFS=,; for one in $$GIVEN_SUPPLIER; do \
		case "$$one" in /*) ;; *) one="$$TYPED_IN/$$one" ;; esac; set -- "$$@" --supplier "$$one"; done; unset IFS; \
		$(BIN)/python -m local.stack --broker $(BROKER) $(call PATH_OPTION,FOLDER,folder) $(if $(FEED),--feed $(FEED)) "$$@"

test: $(INSTALLED) ## Run the tests, but for the long ones
	$(TEST) -m "not long and not deep"

test-long: $(INSTALLED) ## Run the long tests: whole systems in which everything is killed, and the story
	$(TEST) -m long

test-fast: $(INSTALLED) ## Run the tests that need no broker, start no processes and are not slow
	$(TEST) -n 3 -m "not processes and not kafka and not slow and not deep"

test-deep: $(INSTALLED) ## Run every test with many examples, mutants and kills
	$(TEST) --hypothesis-profile=deep --timeout=3600

check: $(INSTALLED) ## Check formatting, lint, types, import rules, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m shared.contracts.generate --check

format: $(INSTALLED) ## Format the code and sort imports
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

contracts: $(INSTALLED) ## Write schemas, examples and the AsyncAPI document from the event classes
	$(BIN)/python -m shared.contracts.generate

RULE := deploy/observability/prometheus-operator/prometheus-rule.yaml
alerts: ## Write the alerts as a PrometheusRule, for clusters with the Prometheus operator
	@{ printf '%s\n' '# Written by `make alerts` from ../alerts.yaml: change that.' 'apiVersion: monitoring.coreos.com/v1' \
		'kind: PrometheusRule' 'metadata: {name: stockbridge, labels: {app.kubernetes.io/part-of: stockbridge}}' 'spec:'; \
		sed -n '/^groups:/,$$p' deploy/observability/alerts.yaml | sed 's/^./  &/'; } > $(RULE)

bench: $(INSTALLED) ## Measure the ratios that the README claims
	$(BIN)/python -m bench

clean: ## Remove everything built and downloaded
	rm -rf .venv .stockbridge .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
