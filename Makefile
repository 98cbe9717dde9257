# Needs Python 3.11 or later and a network for the first run. Everything goes into .venv;
# a stamp file remembers what was installed, so that a second run starts at once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help reproduce test prove cross-check bench clean
.DELETE_ON_ERROR:

help:
	@echo "make reproduce   re-create the published numbers from respondents"
	@echo "make test        run every check"
	@echo "make prove       long proofs at full size; results go to proofs/results"
	@echo "make cross-check compare figures with R, svy and samplics; the page is docs/cross_check.md"
	@echo "make bench       compare speed with other programs"
	@echo "make clean       remove .venv and build"

reproduce: $(VENV)/.installed
	$(BIN)/python -m welfarestats reproduce

test: $(VENV)/.installed-test
	$(BIN)/python -m welfarestats test

prove: $(VENV)/.installed-test
	$(BIN)/python -m proofs.audit_random_reports
	$(BIN)/python -m proofs.coverage_and_size
	$(BIN)/python -m proofs.dirty_files
	$(BIN)/python -m proofs.prose_on_reports
	$(BIN)/python -m proofs.raked_by_two_routes
	$(BIN)/python -m proofs.reconciled_workbooks

cross-check: $(VENV)/.installed-test
	$(BIN)/python -m proofs.cross_check

bench: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/run.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) hatchling editables
	$(PIP) --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) --no-build-isolation --editable '.[test]'
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(PIP) --no-build-isolation --editable '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) build
