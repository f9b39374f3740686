# Every target makes the environment it needs in .venv; none wants one to be active.

# The first of these that is new enough and has the venv module: make PYTHON=python3.12 venv
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python3.10
# Further arguments for pytest, the simulator and ansible-test
PYTEST_ARGS ?= -n auto --dist worksteal
ARGS ?=

VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
# Tests over HTTP wait more than half of their time.
HTTP_ARGS ?= -n $$((2 * $$(getconf _NPROCESSORS_ONLN))) --dist worksteal
PLAYBOOKS := tests/playbooks tests/awx tests/chaos tests/keystone
RUN := PATH="$(BIN):$$PATH"
NOX = $(RUN) TESTED_CORE="$$($(BIN)/python -c 'from ansible.release import __version__ as v; print(v.rpartition(".")[0])')" \
  nox --reuse-existing-virtualenvs --tags ci
LINT = @echo "$@" && $(RUN)
PIP_INSTALL := $(VENV)/bin/python -m pip install -qq --disable-pip-version-check
LINTS := lint-ruff lint-mypy lint-yaml lint-shell lint-ansible lint-changelog lint-docs lint-examples lint-neutral

# Ansible finds a collection only below ansible_collections/. Inside .git no tool stumbles over the link.
TREE := $(if $(wildcard .git/.),.git/tree,build/tree)

# The caller's own cloud and Ansible settings must not reach the tests and the demo, nor a proxy the loopback.
unexport PYTHONPATH PYTHONHOME $(filter OS_% OTC_% HUAWEICLOUD_% ANSIBLE_%,$(.VARIABLES))
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(TREE)
export ANSIBLE_CONFIG := $(CURDIR)/$(TREE)/ansible.cfg
export NO_PROXY := 127.0.0.1,localhost,$(NO_PROXY)
export no_proxy := 127.0.0.1,localhost,$(no_proxy)

.DEFAULT_GOAL := help
.PHONY: help venv test unit http e2e playbooks matrix awx eda chaos soak mutation coverage demo pictures recording bench bench-house simulator lint $(LINTS) pre-commit sanity docs kinds role-readmes build check-build changelog release-check clean tree

help: ## Show this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' Makefile | awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

venv: $(VENV)/.dev ## Make the environment for tests and development (.venv)

demo: $(VENV)/.demo tree ## See it at work against a simulated cloud (needs no account)
	@$(RUN) tests/demo/run.sh

# In two processes: once the controller's code is loaded, Ansible takes a module's warnings elsewhere.
test: $(VENV)/.dev $(VENV)/.keystone $(VENV)/.eda tree ## Run all tests: unit, HTTP, ansible-playbook
	@$(RUN) python -m pytest $(HTTP_ARGS) tests/http $(ARGS)
	@$(RUN) python -m pytest $(PYTEST_ARGS) $(ARGS)

unit: $(VENV)/.dev tree ## Run the unit tests
	@$(RUN) python -m pytest $(PYTEST_ARGS) tests/unit $(ARGS)

http: $(VENV)/.dev tree ## Run the tests over HTTP
	@$(RUN) python -m pytest $(HTTP_ARGS) tests/http $(ARGS)

e2e: $(VENV)/.dev tree ## Run the main tests with ansible-playbook
	@$(RUN) python -m pytest $(PYTEST_ARGS) $(PLAYBOOKS) -m main $(ARGS)

playbooks: $(VENV)/.dev $(VENV)/.keystone tree ## Run all tests with ansible-playbook, and those at a real Keystone
	@$(RUN) python -m pytest $(PYTEST_ARGS) $(PLAYBOOKS) $(ARGS)

matrix: $(VENV)/.matrix tree ## Run unit tests that depend on it and e2e on other ansible-cores (on all: .venv/bin/nox)
	@$(NOX) --no-install -- unit e2e

awx: $(VENV)/.dev tree ## Run the tests of the AWX pack, with ansible-runner in the part of AWX
	@$(RUN) python -m pytest $(PYTEST_ARGS) tests/awx $(ARGS)

eda: $(VENV)/.dev $(VENV)/.eda ## Run the tests of the rulebook, in ansible-rulebook if there is Java
	@$(RUN) python -m pytest tests/eda $(ARGS)

chaos: $(VENV)/.dev tree ## Break every request in every way, SEEDS=10 times, and write docs/dev/reliability.md
	@$(RUN) SEEDS=$(or $(SEEDS),10) CHAOS_REPORT=1 python -m pytest $(PYTEST_ARGS) tests/chaos $(ARGS)

soak: $(VENV)/.dev tree ## Run tasks in a faulty cloud for MINUTES=10, look for leaks, and write docs/dev/reliability.md
	@$(RUN) python -m tests.soak $(or $(MINUTES),10) --report

mutation: $(VENV)/.mutation tree ## Change the code bit by bit, and write what no test notices to docs/dev/reliability.md
	@$(RUN) python -m tests.tools.mutation $(or $(ARGS),--report)

coverage: $(VENV)/.dev tree ## Run the unit tests and show which lines they miss
	@$(RUN) coverage run -m pytest tests/unit $(ARGS)
	@$(RUN) coverage report

pictures: $(VENV)/.demo ## Draw the pictures of the documentation from docs/images/*.yml
	@$(RUN) python tests/tools/pictures.py

recording: $(VENV)/.demo tree ## Make the recording and the picture of the report for the README (needs Chromium)
	@$(RUN) tests/tools/recording.sh docs/images/demo.svg
	@$(RUN) tests/demo/run.sh > /dev/null
	@for theme in light dark; do \
	  tests/tools/screenshot.sh build/demo/teardown_report/apply.html docs/images/report-$$theme.png $$theme 960x600; \
	done

bench: $(VENV)/.bench tree ## Measure speed and memory on a quiet machine (ARGS=--quick: a part of it)
	@$(RUN) python -m pytest $(CURDIR)/tests/benchmark
	@$(RUN) python -m tests.benchmark $(ARGS)

bench-house: $(VENV)/.dev tree ## Compare the collection with what it was before one module for all kinds (needs its history)
	@$(RUN) python -m tests.benchmark.house $(ARGS)

simulator: $(VENV)/.demo ## Start the simulated cloud on loopback (ARGS="--help" shows its options)
	@$(RUN) python -m tests.simulator $(ARGS)

lint: $(VENV)/.lint tree ## Run every linter; reports all that fail
	@$(MAKE) --keep-going --no-print-directory $(LINTS)

lint-ruff: $(VENV)/.lint
	$(LINT) ruff check $(ARGS) .

# By its full name, as Ansible imports it.
lint-mypy: $(VENV)/.lint tree
	@echo "$@" && cd $(TREE) && $(RUN) mypy --config-file "$(CURDIR)/pyproject.toml" --cache-dir "$(CURDIR)/.mypy_cache" \
	  $(addprefix -p ansible_collections.otc.teardown.plugins.,module_utils plugin_utils action filter)

lint-yaml: $(VENV)/.lint
	$(LINT) yamllint --strict .

lint-shell: $(VENV)/.lint
	$(LINT) shellcheck .ci/run $$(find tests -name '*.sh' -not -path 'tests/output/*')

lint-ansible: $(VENV)/.lint tree
	$(LINT) ansible-lint --offline --strict -q

lint-changelog: $(VENV)/.lint tree
	$(LINT) antsibull-changelog lint

lint-docs: $(VENV)/.lint tree
	$(LINT) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all .

lint-examples: $(VENV)/.lint tree
	$(LINT) python -m tests.tools.lint_examples

lint-neutral:
	@echo "$@" && tests/tools/neutral.sh

pre-commit: $(VENV)/.lint ## Have git check what you commit and push
	@$(RUN) pre-commit install

sanity: $(VENV)/.lint ## Run ansible-test sanity with every Python of this machine
	@$(RUN) tests/tools/ansible-test.sh sanity --venv $(ARGS)

docs: $(VENV)/.docs tree ## Build the docsite in build/docs/html and check its links
	@$(RUN) python -m tests.tools.docsite

kinds: $(VENV)/.dev ## Write all that knows the kinds of jobs: modules, choices of roles, tables of the docs
	@$(RUN) python -m tests.tools.kinds $(ARGS)

role-readmes: $(VENV)/.demo ## Write the README of each role from its argument specification
	@$(RUN) python tests/tools/role_readme.py

build: $(VENV)/.demo tree ## Build the collection's tarball in dist/
	@rm -rf dist
	@$(RUN) ansible-galaxy collection build --output-path dist

check-build: build ## Install that tarball elsewhere and read the documentation of every plugin there
	@$(RUN) python tests/tools/check_docs.py dist/*.tar.gz

changelog: $(VENV)/.lint tree ## Write the changelog of the version in galaxy.yml from changelogs/fragments
	@$(RUN) antsibull-changelog release --update-existing --reload-plugins
	@rm -f changelogs/.plugin-cache.yaml

release-check: check-build lint-changelog lint-docs $(VENV)/.importer ## Check version, changelog, tag, content and importer
	@$(RUN) python tests/tools/release_check.py dist/*.tar.gz $(CURDIR)/$(VENV)/importer/bin/python

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

# Without them, the tests at a real Keystone and in ansible-rulebook are skipped, and say why: the rest need not fail for it.
$(VENV)/.keystone $(VENV)/.eda: $(VENV)/.%: requirements-%.txt | $(VENV)/bin/python
	@echo "Installing $<"
	@rm -rf $(VENV)/$*
	@{ $(VENV)/bin/python -m venv $(VENV)/$* && \
	  $(VENV)/$*/bin/python -m pip install -q --disable-pip-version-check --retries 1 -r $<; } \
	  > $(VENV)/$*.log 2>&1 && touch $@ || \
	  { rm -rf $(VENV)/$*; echo "Tests with $* skipped: it could not be installed: $$(tail -n 1 $(VENV)/$*.log)"; }

$(VENV)/.matrix: requirements.txt requirements-demo.txt requirements-dev.txt noxfile.py tests/matrix.py | $(VENV)/.nox
	@echo "Installing the environments of nox"
	@$(NOX) --install-only
	@touch $@

# The importer wants older versions of what the linters use.
$(VENV)/.importer: requirements-importer.txt | $(VENV)/bin/python
	@echo "Installing $<"
	@$(VENV)/bin/python -m venv --clear $(VENV)/importer
	@$(VENV)/importer/bin/python -m pip install -qq --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.demo: requirements.txt requirements-demo.txt | $(VENV)/bin/python
$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
$(VENV)/.lint: requirements-lint.txt $(VENV)/.dev
$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
$(VENV)/.mutation: requirements-mutation.txt $(VENV)/.dev
$(VENV)/.docs: requirements-docs.txt $(VENV)/.demo
$(VENV)/.nox: requirements-nox.txt $(VENV)/.demo
$(VENV)/.demo $(VENV)/.dev $(VENV)/.lint $(VENV)/.bench $(VENV)/.mutation $(VENV)/.docs $(VENV)/.nox:
	@echo "Installing requirements$(subst .,-,$(notdir $@)).txt"
	@$(PIP_INSTALL) -r requirements$(subst .,-,$(notdir $@)).txt
	@touch $@
