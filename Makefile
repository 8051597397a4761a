# `make help` lists the targets. Each one sets up what it needs; nothing is installed outside .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help cleaned test docs tables folding automata model quality clean-all

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("dedup needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

cleaned: $(READY) ## Clean seeds/ into cleaned/, with ledger and report
	$(BIN)/dedup clean seeds -o cleaned

test: $(READY) ## Run linters, type checks and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist worksteal

docs: $(READY) ## Build the site of docs/ into .site/
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/mkdocs build --strict --config-file .ci/mkdocs.yml

tables: $(READY) ## Write the generated tables of README and docs anew
	$(BIN)/python tests/test_readme.py

folding: $(READY) ## Compute the shipped tables of characters anew
	$(BIN)/python -m dedup.normal
	$(BIN)/python -m dedup.traits

automata: $(READY) ## Compute the shipped automata of the boilerplate rules anew
	$(BIN)/python -m dedup.boilerplate.automata

model: $(READY) ## Fit the line model anew on the labelled data in DATA=folder
	$(BIN)/python -m pip install --quiet --group training
	$(BIN)/python training/train.py $(DATA)

quality: $(READY) ## Measure quality on the labelled data in DATA=folder
	$(BIN)/python benchmarks/quality.py $(DATA)

clean-all: ## Remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
