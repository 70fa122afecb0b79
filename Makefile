# Each command first makes .venv where needed: once, some minutes, 8 GB (tools/make_venv.py).
# PYTHON=/path/to/python3.12 chooses its Python; ARGS="..." is handed on.

REQUIREMENTS = requirements.lock
PYTHONS = $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python)
RUN = .venv/bin/python -m

.PHONY: help lab run test lint bench site lock venv clean

help:
	@echo "make lab    open the course in JupyterLab"
	@echo "make run    run lesson 01 without a browser"
	@echo "make test   run all tests; STAGE=03: those of one stage"
	@echo "make lint   check style and notebooks"
	@echo "make bench  measure, and write benchmarks/RESULTS.md (over an hour)"
	@echo "make site   build the course's web site in build/site/"
	@echo "make lock   pin the newest packages that requirements.txt allows"
	@echo "make clean  remove the environment and caches; your work, grades and runs stay"

lab: venv
	@exec $(RUN) gancourse.cli lab $(ARGS)

run: venv
	@exec $(RUN) gancourse.cli run 01 $(ARGS)

test: venv
	@exec $(RUN) pytest -n 2 $(if $(STAGE),--stage $(STAGE)) $(ARGS)

lint: venv
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	.venv/bin/python tests/hygiene.py

bench: venv
	.venv/bin/python benchmarks/run_all.py

venv:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
	  then exec $$python tools/make_venv.py $(REQUIREMENTS); fi; \
	done; \
	echo "The course needs Python 3.11, 3.12 or 3.13 with venv (on Debian and Ubuntu: apt install python3-venv)." >&2; \
	for python in $(PYTHONS); do echo "  $$python: $$($$python --version 2>&1 | head -n 1)" >&2; done; \
	echo "Have one elsewhere? make PYTHON=/path/to/python3.12 ..." >&2; \
	exit 1

site: venv
	.venv/bin/python site/build.py

# In an environment of its own, so that uv doesn't become part of the course's.
lock: venv
	$(RUN) venv build/uv
	build/uv/bin/pip install --quiet uv
	build/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	  --only-binary :all: --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	  --output-file requirements.lock requirements.txt

clean:
	rm -rf .venv build .jupyter .pytest_cache .ruff_cache test-output
