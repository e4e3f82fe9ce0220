# Two commands matter: `make demo` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-long check-tests check check-types check-style check-imports check-knowledge docs bench lock clean

demo: $(STAMP)
	$(BIN)/repletion assess cases/eyelid_twitch.yaml --diary cases/eyelid_twitch_diary.txt

# The types are checked beside the tests: alone they would leave a core idle.
test: $(STAMP)
	$(MAKE) -j 2 check-style check-imports check-knowledge
	$(MAKE) -j 2 check-types check-tests

check-tests: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal

# What is too slow for every run: long walks of the browser, kills of a practice's server, the same evaluation twice.
test-long: $(STAMP)
	$(BIN)/python -m pytest -n auto -m long

check: $(STAMP)
	$(MAKE) -j 2 check-types check-style check-imports check-knowledge

check-types: $(STAMP)
	$(BIN)/mypy

check-style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-imports: $(STAMP)
	$(BIN)/lint-imports

check-knowledge: $(STAMP)
	$(BIN)/repletion knowledge check

docs: $(STAMP)
	$(BIN)/python scripts/build_docs.py

bench: $(STAMP)
	$(BIN)/python -m benchmarks

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Repletion needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	$(PYTHON) -m piptools compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock pyproject.toml
	$(PYTHON) -m piptools compile --quiet --extra web --extra fast --build-deps-for wheel --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header --constraint requirements.lock -o deploy/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
