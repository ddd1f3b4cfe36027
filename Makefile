# carenet: `make run` starts the whole station, `make test` proves it. Both need Python 3.11–3.13 and make.
#
#   make run PORT=8001            another port (default 8000)
#   make run ARGS="--no-demo"     an empty station
#   make PYTHON=/path/to/python   another Python for .venv
#   make test PYTEST="tests/ledger -k hold"   only some tests, no checks

SHELL := /bin/sh
.DEFAULT_GOAL := run
PY := .venv/bin/python
export PYTHON

.PHONY: run test lint bench lock messages css clean environment environment-dev

run: environment
	@CARENET_FOLLOW_PARENT=1 exec $(PY) manage.py up $(if $(PORT),--port $(PORT)) $(ARGS)

test: environment-dev
	@exec $(PY) -m tests.run $(PYTEST)

lint: environment-dev
	@exec $(PY) -m tests.run --lint

bench: environment-dev
	@exec $(PY) -m tests.run --bench $(ARGS)

# Locks both files for Python 3.11 and newer, with the hashes of every wheel and no index address.
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header
lock: environment-dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements.in requirements-dev.in -o requirements-dev.txt

messages: environment-dev
	@exec $(PY) -m tests.messages

css: environment-dev
	@exec $(PY) -m tests.styles

# Removes what can be made again; the data folder .carenet stays.
clean:
	rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@sh deploy/environment.sh run

environment-dev:
	@sh deploy/environment.sh dev
