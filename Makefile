# cibtools: `make help` lists the targets. Each target sets up what it needs; a second call finds it done.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PYTHON_CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
# Two cores or more: run the tests side by side.
PYTEST_ARGS ?= -n auto

CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

# An environment whose interpreter is gone (removed or upgraded by the system) is made anew.
ifeq ($(realpath $(BIN)/python),)
.PHONY: $(CREATED)
endif

.PHONY: help demo quick check test bench clean

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# $(call cibtools,STATUS,LINES,FILE,ARGUMENTS): show a command, run it, insist on its exit status, and show how its output
# begins; all of it is kept in build/demo/FILE.
define cibtools
@printf '\n$$ cibtools %s\n' '$(4)'; \
status=0; $(BIN)/python -m cibtools $(4) > build/demo/$(3) 2>&1 || status=$$?; \
head -n $(2) build/demo/$(3); \
lines=$$(wc -l < build/demo/$(3)); \
if [ $$lines -gt $(2) ]; then echo "… and $$((lines - $(2))) more lines in build/demo/$(3)"; fi; \
if [ $$status -ne $(1) ]; then \
	echo "make demo: exit status $(1) was expected here, not $$status" >&2; exit 1; \
fi
endef

demo: $(RUNTIME)  ## Show a real cluster, find faults in it after careless changes, migrate it, plan a patch, and report.
	@rm -rf build/demo && mkdir -p build/demo
	$(call cibtools,0,12,show.txt,show fixtures/hasi)
	$(call cibtools,1,22,lint.txt,lint fixtures/hasi-broken)
	$(call cibtools,0,6,migrate.txt,migrate fixtures/hasi -o build/demo/hasi-1.0.xml --changes build/demo/changes.html)
	$(call cibtools,0,6,validate.txt,validate build/demo/hasi-1.0.xml)
	$(call cibtools,0,6,runbook.txt,runbook patch fixtures/hasi --format html -o build/demo/patch.html)
	$(call cibtools,1,6,report.txt,report fixtures/hasi --to sle-ha-11 --window 20:00/10h -o build/demo/report.html)
	@echo
	@echo "Found:  $$(sed -n 's/^\([0-9]* findings: .* files\).*/\1/p' build/demo/lint.txt) of fixtures/hasi-broken (build/demo/lint.txt)"
	@echo "Open:   build/demo/report.html, whether and how to upgrade; build/demo/patch.html, a runbook; build/demo/changes.html"
	@echo "Type:   . $(BIN)/activate && cibtools lint fixtures/hasi"

quick: $(DEV)  ## In less than a minute: lint, format, types, architecture, and the quick tests of what has changed.
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy --strict cibtools
	$(BIN)/python -m pytest $(PYTEST_ARGS) -q -m 'not slow' $$($(BIN)/python tests/changed.py)

check: $(DEV)  ## Lint, format, types, import directions and circles, sizes, dead code.
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy --strict cibtools
	$(BIN)/python -m pytest $(PYTEST_ARGS) -q tests/test_architecture.py tests/test_dead_code.py

test: check  ## Everything in check, then all tests.
	$(BIN)/python -m pytest $(PYTEST_ARGS)

bench: $(DEV)  ## Measure every command against the bare start of its libraries, xsltproc and Pacemaker's tools.
	$(BIN)/python -m tests.bench

clean:  ## Remove the environment and every cache.
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find cibtools tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A name on the path may be a shim without a Python behind it, too old, or (on Debian) without ensurepip, so each
# candidate is asked. Without one that will do, the reason is told.
$(CREATED):
	@missing=Python; \
	for python in $(PYTHON_CANDIDATES); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		missing=venv; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
		missing=; echo "Creating $(VENV) with $$python"; \
		"$$python" -m venv --clear $(VENV) && touch $@ || exit 1; \
		break; \
	done; \
	case $$missing in \
	Python) \
		echo "cibtools needs Python 3.11 or newer; none was found as $(PYTHON_CANDIDATES)." >&2; \
		echo "Debian, Ubuntu: apt-get install python3-venv    SUSE: zypper install python311" >&2; \
		echo "Or name one: make PYTHON=/path/to/python3" >&2; exit 1;; \
	venv) \
		echo "Python is here, but its venv module cannot install pip." >&2; \
		echo "Debian, Ubuntu: apt-get install python3-venv" >&2; exit 1;; \
	esac

$(RUNTIME): $(CREATED) pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# The development install holds all of the run-time one.
$(DEV): $(CREATED) pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(RUNTIME)
