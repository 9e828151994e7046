# Verso. `make run` opens the shop, `make test` proves it; both set up what they need and repeat safely.
PYTHON ?= python3
PY := .venv/bin/python
FLASK := .venv/bin/flask --app wsgi
# Stamps stand beside what they speak for, so that removing the one removes the other.
PACKAGES := .venv/.packages
CATALOGUES := .venv/.catalogues
# What tries the product from outside has packages of its own.
DAST := .venv-dast/.packages
PO_FILES := $(wildcard app/translations/*/LC_MESSAGES/*.po modules/*/translations/*/LC_MESSAGES/*.po \
	integrations/*/translations/*/LC_MESSAGES/*.po)
LOCK := --universal --python-version 3.11 --generate-hashes --strip-extras --no-annotate --no-header \
	--no-config --no-emit-index-url --no-emit-find-links --quiet $(UPGRADE)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiling everything anew at each start would cost four seconds a process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run check static fast test demo bench soak lock i18n clean
.DEFAULT_GOAL := help

help: ## Show what can be asked for
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile

setup: $(PACKAGES) $(CATALOGUES) ## Make .venv and everything the other targets need
	@$(PY) frontend/install.py

$(PACKAGES): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Verso needs Python 3.11 or newer as '$(PYTHON)' (or say make PYTHON=...)." >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@# uv installs all of it in seconds; pip does the same in minutes where uv does not run.
	@awk '/^uv==/{found=1} found{print} found && !/\\$$/{exit}' requirements-dev.txt > .venv/uv.txt
	@.venv/bin/uv --version 2>/dev/null | grep -q "^uv $$(sed -n 's/^uv==\([^ ]*\).*/\1/p' .venv/uv.txt)\b" \
		|| $(PY) -m pip install --quiet --require-hashes --no-deps --requirement .venv/uv.txt || true
	@echo "Installing the Python packages into .venv"
	@if .venv/bin/uv --version >/dev/null 2>&1; then \
		.venv/bin/uv pip install --quiet --no-config --compile-bytecode --python $(PY) --require-hashes \
			--requirement requirements.txt --requirement requirements-dev.txt; \
	else \
		$(PY) -m pip install --quiet --require-hashes \
			--requirement requirements.txt --requirement requirements-dev.txt; \
	fi
	@touch $@

$(DAST): tests/dast/requirements.txt | $(PACKAGES)
	@echo "Installing what tries the API into .venv-dast"
	@test -x .venv-dast/bin/python || $(PY) -m venv --without-pip .venv-dast
	@if .venv/bin/uv --version >/dev/null 2>&1; then \
		.venv/bin/uv pip install --quiet --no-config --python .venv-dast/bin/python --require-hashes \
			--requirement tests/dast/requirements.txt; \
	else \
		$(PY) -m pip --python .venv-dast/bin/python install --quiet --require-hashes \
			--requirement tests/dast/requirements.txt; \
	fi
	@touch $@

$(CATALOGUES): $(PACKAGES) $(PO_FILES)
	@$(PY) -m tests.lint.translations compile
	@touch $@

run: setup ## Open the shop: web, worker and scheduler, with the demo on the first start
	@exec $(FLASK) serve

demo: setup ## Load the demo shop into an empty database
	@$(FLASK) db upgrade
	$(FLASK) demo load

check: setup static fast ## What every change must pass, in the order in which it fails fastest

static: $(DAST)
	@$(PY) -m tests.lint

fast:
	$(PY) -m pytest -n 2 --dist worksteal -m "not browser and not slow" --database sqlite \
		--hypothesis-profile everyday

test: setup static $(DAST) ## Everything: the checks, the suite on SQLite and on PostgreSQL, the browser
	$(PY) -m tests.suite

bench: setup ## Measure the figures that are promised (counts and ratios, on both databases)
	$(PY) -m tests.bench

soak: setup $(DAST) ## Play a long random trade with crashes and prove the ledgers after each day
	$(PY) -m tests.soak

lock: $(PACKAGES) ## Pin the packages anew (UPGRADE=--upgrade takes the newest)
	.venv/bin/uv pip compile $(LOCK) requirements.in --output-file requirements.txt
	.venv/bin/uv pip compile $(LOCK) requirements-dev.in --output-file requirements-dev.txt
	.venv/bin/uv pip compile $(LOCK) tests/dast/requirements.in --output-file tests/dast/requirements.txt

i18n: $(PACKAGES) ## Carry every new sentence of the source into the catalogues
	$(PY) -m tests.lint.translations update

clean: ## Remove what set-up made (the data folder stays)
	rm -rf .venv .venv-dast app/static/vendor frontend/node_modules
