# `make run` starts Rehearse, `make test` is what CI runs. Needs Python 3.11 or newer, nothing else.
BIN := .venv/bin

.PHONY: install run demo test bench

install: .venv/installed

# Cheap when nothing changed: the stamp is newer than what was installed from.
.venv/installed: pyproject.toml .ci/venv
	@.ci/venv
	@PATH="$$PATH:$(BIN)" uv pip install --python $(BIN)/python --editable . --group dev
	@touch $@

run: install
	@$(BIN)/rehearse serve

demo: install
	@$(BIN)/rehearse demo

# pytest comes last, so that its line closes the output.
test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

# The first two need data that is not ours to ship: make bench DATA=folder
bench: install
	@set -e; for bench in acts fillers; do echo "== $$bench"; \
	  $(BIN)/python tests/benchmarks/$$bench.py $(if $(DATA),"$(DATA)"); done
	@set -e; for bench in startup scorecard buyer guard; do echo "== $$bench"; \
	  $(BIN)/python tests/benchmarks/$$bench.py; done
	@echo "== live"; $(BIN)/python tests/benchmarks/live.py --quick $(if $(DATA),--data "$(DATA)/audio")
