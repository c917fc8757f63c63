# Thin on purpose: the work is in scripts/setup.py, which Windows calls without make.

.DEFAULT_GOAL := help
.NOTPARALLEL:  # two targets at once would install into one .venv
.PHONY: help app test test-fast lint format bench soak fuzz cloud-check audit clean

CANDIDATES = .venv/bin/python python3.13 python3.12 python3.11 python3 python

# The first candidate with which the arguments run: a pyenv shim exists, but may not run.
first = $(shell for python in $(CANDIDATES); do \
	$$python $(1) >/dev/null 2>&1 && echo $$python && break; done)

# Where none fits, any Python from 3.7 on will do: the script then says what to install.
PYTHON ?= $(or $(call first,scripts/setup.py check),$(call first,-c 'from __future__ import annotations'))
SETUP = $(or $(PYTHON),$(error No Python found. Install 3.11, 3.12 or 3.13 \
	(https://www.python.org/downloads/) and run make again)) scripts/setup.py

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo 'PYTHON=python3.12 chooses a Python, ARGS="..." adds options: make test ARGS="-k canvas"'

app: ## Open the app in the browser (PORT=8600 for another port than 8501)
	@$(SETUP) app $(if $(PORT),--port $(PORT)) $(ARGS)

test: ## Run every test
test-fast: ## Run the tests that need neither TensorFlow nor a browser, in a minute
lint: ## Check format, style and types
format: ## Fix format and style
bench: ## Measure speed, memory and accuracy against their baselines
soak: ## Find out whether the app stays up under a hundred visitors (27 minutes)
fuzz: ## Look for files that break the readers of pictures, CSV files, archives and links (10 minutes)
cloud-check: ## Try the app as on Streamlit Community Cloud, under its limits
audit: ## Look for known vulnerabilities in what is installed, and list its licences
test test-fast lint format bench soak fuzz cloud-check audit:
	@$(SETUP) $@ $(ARGS)

clean: ## Remove the environment and all caches; models and runs stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
