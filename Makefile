# Every target makes the environment it needs in .venv; none wants one to be active.

# The first of these that is new enough and has the venv module: make PYTHON=python3.12 venv
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python3.10
# Further arguments for pytest, the simulator and ansible-test
PYTEST_ARGS ?= -n auto --dist loadfile
ARGS ?=

VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
RUN := PATH="$(BIN):$$PATH"
LINT = @echo "$@" && $(RUN)
PIP_INSTALL := $(VENV)/bin/python -m pip install -qq --disable-pip-version-check
LINTS := lint-ruff lint-mypy lint-yaml lint-shell lint-ansible lint-changelog lint-docs lint-neutral

# Ansible finds a collection only below ansible_collections/. Inside .git no tool stumbles over the link.
TREE := $(if $(wildcard .git/.),.git/tree,build/tree)

# The caller's own cloud and Ansible settings must not reach the tests and the demo, nor a proxy the loopback.
unexport PYTHONPATH PYTHONHOME $(filter OS_% OTC_% HUAWEICLOUD_% ANSIBLE_%,$(.VARIABLES))
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(TREE)
export ANSIBLE_CONFIG := $(CURDIR)/$(TREE)/ansible.cfg
export NO_PROXY := 127.0.0.1,localhost,$(NO_PROXY)
export no_proxy := 127.0.0.1,localhost,$(no_proxy)

.DEFAULT_GOAL := help
.PHONY: help venv test unit e2e coverage demo simulator lint $(LINTS) sanity build check-build clean tree

help: ## Show this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' Makefile | awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

venv: $(VENV)/.dev ## Make the environment for tests and development (.venv)

demo: $(VENV)/.demo tree ## See it at work against a simulated cloud (needs no account)
	@$(RUN) tests/demo/run.sh

test: $(VENV)/.dev tree ## Run all tests: unit, HTTP, ansible-playbook
	@$(RUN) python -m pytest $(PYTEST_ARGS) $(ARGS)

unit: $(VENV)/.dev tree ## Run the unit tests
	@$(RUN) python -m pytest $(PYTEST_ARGS) tests/unit $(ARGS)

e2e: $(VENV)/.dev tree ## Run the tests over HTTP and with ansible-playbook
	@$(RUN) python -m pytest $(PYTEST_ARGS) tests/integration $(ARGS)

coverage: $(VENV)/.dev tree ## Run the unit tests and show which lines they miss
	@$(RUN) coverage run -m pytest tests/unit $(ARGS)
	@$(RUN) coverage report

simulator: $(VENV)/.demo ## Start the simulated cloud on loopback (ARGS="--help" shows its options)
	@$(RUN) python -m tests.simulator $(ARGS)

lint: $(VENV)/.lint tree ## Run every linter; reports all that fail
	@$(MAKE) --keep-going --no-print-directory $(LINTS)

lint-ruff: $(VENV)/.lint
	$(LINT) ruff check $(ARGS) .

# By its full name, as Ansible imports it.
lint-mypy: $(VENV)/.lint tree
	@echo "$@" && cd $(TREE) && $(RUN) mypy --config-file "$(CURDIR)/pyproject.toml" --cache-dir "$(CURDIR)/.mypy_cache" \
	  -p ansible_collections.otc.teardown.plugins.module_utils

lint-yaml: $(VENV)/.lint
	$(LINT) yamllint --strict .

lint-shell: $(VENV)/.lint
	$(LINT) shellcheck .ci/run $$(find tests -name '*.sh' -not -path 'tests/output/*')

lint-ansible: $(VENV)/.lint tree
	$(LINT) ansible-lint --offline --strict

lint-changelog: $(VENV)/.lint tree
	$(LINT) antsibull-changelog lint

lint-docs: $(VENV)/.lint tree
	$(LINT) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .

lint-neutral:
	@echo "$@" && tests/tools/neutral.sh

sanity: $(VENV)/.lint ## Run ansible-test sanity with every Python of this machine
	@$(RUN) tests/tools/ansible-test.sh sanity --venv $(ARGS)

build: $(VENV)/.demo tree ## Build the collection's tarball in dist/
	@rm -rf dist
	@$(RUN) ansible-galaxy collection build --output-path dist

check-build: build ## Install that tarball elsewhere and read the documentation of every plugin there
	@$(RUN) python tests/tools/check_docs.py dist/*.tar.gz

clean: ## Remove the environment and everything made here
	rm -rf $(VENV) build dist .git/tree .ansible .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

tree:
	@mkdir -p $(TREE)/ansible_collections/otc
	@ln -sfn "$(CURDIR)" $(TREE)/ansible_collections/otc/teardown
	@: > $(TREE)/ansible.cfg

$(VENV)/bin/python:
	@for python in $(PYTHON); do \
	  "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  rm -rf $(VENV); exit 1; \
	done; \
	echo "No Python >= 3.10 with the venv module (on Debian and Ubuntu: python3-venv). Tried: $(PYTHON)" >&2; exit 1

$(VENV)/.demo: requirements.txt requirements-demo.txt | $(VENV)/bin/python
$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
$(VENV)/.lint: requirements-lint.txt $(VENV)/.dev
$(VENV)/.demo $(VENV)/.dev $(VENV)/.lint:
	@echo "Installing requirements$(subst .,-,$(notdir $@)).txt"
	@$(PIP_INSTALL) -r requirements$(subst .,-,$(notdir $@)).txt
	@touch $@
