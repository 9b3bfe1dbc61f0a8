# Python 3.11 or newer and make are enough: everything else goes into .venv.

VENV := .venv
PYTHON := $(VENV)/bin/python
# pip reads these for the build's own environment too, where -c does not reach.
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check
# Directories are listed with their files, so that a file taken away counts as a change.
SOURCES := $(shell find src seeds -name __pycache__ -prune -o -print)
INSTALLED := $(VENV)/installed
EDITABLE := $(VENV)/editable
# Labelled and unlabelled abstracts for training and for the benchmarks; not part of the project.
DATA ?= ../shared/data

.PHONY: today test coverage soak lint layers check compiled format docs bench model dictionary clean

# What `make test` has installed serves `make today` as well.
today: $(if $(wildcard $(EDITABLE)),$(EDITABLE),$(INSTALLED))
	@$(VENV)/bin/papertriage today

# A process for each core; where pytest is to say more, call it without -n.
PYTEST := $(PYTHON) -m pytest --numprocesses auto --dist worksteal

# The environment may keep Python from storing compiled files: the tests start hundreds of
# processes, each of which would compile all that it imports.
test coverage soak check: export PYTHONDONTWRITEBYTECODE =

test: $(EDITABLE) compiled
	$(PYTEST)

coverage: $(EDITABLE) compiled
	$(PYTEST) --cov

# What takes more than 5 s by its nature.
soak: $(EDITABLE) compiled
	$(PYTEST) -m soak

lint: $(EDITABLE)
	$(PYTHON) -m ruff format --check --quiet .
	$(PYTHON) -m ruff check --quiet .
	@$(MAKE) --no-print-directory --jobs 2 types-linux types-darwin types-win32 layers

# Each platform keeps what it knows apart, or every run would begin anew.
types-%: $(EDITABLE)
	$(PYTHON) -m mypy --platform $* --cache-dir .mypy_cache/$* $(if $(filter win32,$*),src/papertriage)

layers: $(EDITABLE)
	$(VENV)/bin/lint-imports

# What changed on this branch, in a minute or so: before each commit.
check: lint compiled
	@tests=$$($(PYTHON) tests/changed.py) && \
	if test -n "$$tests"; then $(PYTEST) $$tests; else echo "nothing changed"; fi
	@$(PYTHON) tests/changed.py --passed

compiled: $(EDITABLE)
	@$(PYTHON) -m compileall -q src tests

format: $(EDITABLE)
	$(PYTHON) -m ruff check --fix --quiet .
	$(PYTHON) -m ruff format --quiet .

docs: $(EDITABLE)
	$(PYTHON) docs/generate.py

bench: $(EDITABLE)
	$(PYTHON) benchmarks/everything.py --data $(DATA)

model: $(EDITABLE)
	$(PYTHON) -m papertriage.topics.starter $(DATA) seeds/topics seeds/model.txt

# For a dictionary beside those that caches are already written with: none is ever replaced.
dictionary: $(EDITABLE)
	$(PYTHON) benchmarks/dictionary.py $(DATA) src/papertriage/cache/$(NAME).zdict

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml constraints.txt README.md $(SOURCES) | $(VENV)/bin/pip
	@echo "installing papertriage into $(VENV)" >&2
	@$(PIP) .
	@touch $@

$(EDITABLE): pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "installing papertriage and its checks into $(VENV)" >&2
	@$(PIP) --editable '.[dev]'
	@rm -f $(INSTALLED)
	@touch $@

# pip comes last into a new environment: where it is, the environment is whole.
$(VENV)/bin/pip:
	@for python in python3 python python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
			>/dev/null 2>&1 || continue; \
		"$$python" -m venv --clear $(VENV) >/dev/null && exit 0; \
		echo "make: $$python cannot make $(VENV): is there room, and may you write here?" >&2; \
		exit 1; \
	done; \
	echo "make: no Python 3.11 or newer with venv on PATH: install one (Debian: python3-venv)" >&2; \
	exit 1
