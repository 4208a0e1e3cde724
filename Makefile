# Two commands: `make demo` shows a finished report, `make test` checks everything. Both make .venv first.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# Tests of what computes, writes and draws; none of them starts a process or a browser.
QUICK := $(addprefix tests/,advice chain charts config model narrative render returning segments statistics trials lines/engine \
  text test_errors.py test_house.py test_months.py)

# Libraries unpacked without root, where .ci/pango had to do that.
RUN := if [ -f $(VENV)/pango.env ]; then set -a; . $(VENV)/pango.env; set +a; fi; unset PYTHONDONTWRITEBYTECODE;

.PHONY: help demo quick test fuzz mutants audit lock clean

help:
	@echo "make demo   make the environment and a finished sample report"
	@echo "make test   check everything: ruff, djLint, mypy, import-linter, pytest"
	@echo "make quick  the linters, and the tests that start no process"
	@echo "make fuzz   try very many made-up inputs; EXAMPLES=4000 says how many for each test"
	@echo "make mutants  change what computes in many small ways; each change should fail a test; ONLY='reportgen.advice.*' chooses"
	@echo "make audit  ask the public advisories about the locked versions"
	@echo "make lock   write the exact versions of all dependencies anew"
	@echo "make clean  remove the environment and caches"

demo: $(VENV)/.runtime
	$(RUN) $(BIN)/reportgen sample output/demo > /dev/null || echo "The report is made of the files that are there."
	$(RUN) $(BIN)/reportgen run output/demo/sample.yaml --output output
	@echo
	@echo "The report: $$(ls -td output/sample/all/*/latest/ | head -n 1)report.html and report.pdf; all reports: output/index.html"

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint templates
	$(BIN)/lint-imports
	@# Types are checked beside the tests: it takes one core most of a minute.
	$(BIN)/mypy & types=$$!; \
	$(RUN) $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$types && exit $$tests

quick: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(QUICK)

fuzz: $(VENV)/.dev
	$(RUN) REPORTGEN_FUZZ=$${EXAMPLES:-4000} $(BIN)/python -m pytest tests/fuzz -n auto

mutants: $(VENV)/.dev
	$(RUN) $(BIN)/mutmut run $${ONLY:-}
	$(BIN)/mutmut results | sed '/: not checked$$/d'

audit: $(VENV)/.dev
	$(BIN)/python .ci/audit.py

$(VENV)/bin/python:
	@for python in $${PYTHON:-} python3.13 python3.12 python3.11 python3; do \
	  if command -v $$python >/dev/null && $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then echo "Making $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); fi; \
	done; echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)." >&2; exit 1

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet -r requirements.lock -c requirements-dev.lock hatchling
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	bash .ci/pango $(VENV)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet -r requirements-dev.lock
	@touch $@

# With the oldest Python we run on: what has releases for it has them for the newer ones too.
lock:
	rm -rf $(VENV)/lock && python3.11 -m venv $(VENV)/lock
	$(VENV)/lock/bin/python .ci/lock.py

clean:
	rm -rf $(VENV) build dist mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find reportgen tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
