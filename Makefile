# Everything that a checkout needs; each target makes its own virtual environment ready first.
#
#   make demo     a small world of its own, read and answered by the real daemon    (ARGS=--serve leaves it up)
#   make test     the whole test suite                                              (ARGS='-k feeds' and the like)
#   make truth    how right auld is, over a made-up world whose truth is known     (ARGS='--examples 3' shows what is wrong)
#   make soak     people, calendar programs, bad servers and crashes against the write-back, for a quarter of an hour
#                 (AULD_SOAK_STEPS=1000000 for a long night)
#   make year     a made-up year with 300 people and a user who does three in five; writes docs/year.md
#   make messages the texts that auld says, brought into the catalogues; prints what is left to translate
#   make lint     style, types; the import rules are a test in tests/architecture
#   make bench    the performance goals, measured against peers                     (ARGS='P1 P2' for some of them)
#   make wheel    the wheel, in dist/
#   make clean    take all of that away

VENV ?= .venv
BENCH_VENV ?= .venv-bench
# Distributions of their own that live in this repository; `make test` and `make lint` look at them, too.
PLUGINS := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
# Installed for the benchmarks alone: whom we measure ourselves against.
PEERS := eventsourcing orjson pyahocorasick scipy vdirsyncer

# The versions that the pins are tried on come first; a python3 that is newer comes last. Each is run, not only looked for:
# a version manager's stand-in may be on the PATH without there being anything behind it.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
NO_PYTHON := auld needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv); name one: make PYTHON=...

.DELETE_ON_ERROR:
.PHONY: demo test truth soak year messages lint bench wheel clean

demo: $(VENV)/.installed
	@$(VENV)/bin/auld demo $(ARGS)

test: $(VENV)/.installed
	$(VENV)/bin/python -m pytest $(ARGS)

truth: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.truth $(ARGS)

soak: $(VENV)/.installed
	AULD_SOAK_STEPS=$${AULD_SOAK_STEPS:-100000} $(VENV)/bin/python -m pytest -s tests/soak $(ARGS)

year: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.year $(ARGS)

messages: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.messages

lint: $(VENV)/.installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

bench: $(BENCH_VENV)/.installed
	$(BENCH_VENV)/bin/python -m benchmarks $(ARGS)

wheel: $(VENV)/.installed
	$(VENV)/bin/python -m hatchling build -t wheel

# pip comes first, by its pin: the pip of an older Python cannot read dependency groups.
define install
	@test -n "$(PYTHON)" || { echo '$(NO_PYTHON)' >&2; exit 1; }
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt pip
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt --editable . --group dev hatchling
endef

$(VENV)/.installed: pyproject.toml constraints.txt $(PLUGINS:%=%/pyproject.toml)
	$(install)
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt $(PLUGINS:%=--editable %)
	@touch $@

$(BENCH_VENV)/.installed: pyproject.toml constraints.txt
	$(install)
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt $(PEERS)
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH_VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage benchmarks/results
	find core connectors daemon plugins tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +
