# Every chore by one name, for people and for continuous integration alike. `make` lists them.

# ONE set of flags: demo and test use the same build, so that nothing is built twice. Imports must be declared in Package.swift.
FLAGS := -c release --explicit-target-dependency-import-check error
# Debug, or a sanitizer's findings lose their lines; only targets that touch memory by hand.
UNSAFE := FramesTests|DetectorWireTests|ChunkFileTests|FrameIngestTests
SOURCES := Sources Tests Benchmarks Package.swift
# Where `make demo` writes, and where `make judges` looks for runs.
DEMO := demo
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup venv build demo test lint format sanitize-address sanitize-thread bench-ingest bench-codec judges docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (says how where it may not)
	@.ci/setup

venv: setup ## Python packages for the tests, in .venv (Tests/requirements.txt)
	@.ci/venv

build: setup ## Build everything, tests too, in release
	swift build $(FLAGS) --build-tests

demo: build ## Replay a real detector stream into sealed runs in demo/, verify them, print figures and pictures
	"$$(swift build $(FLAGS) --show-bin-path)/faisceau" demo --out $(DEMO)

# Tests run side by side and start child processes: a child inherits the descriptor of a file that HDF5 is just writing, and with it the lock.
test: venv build ## Run all tests
	HDF5_USE_FILE_LOCKING=FALSE swift test $(FLAGS) --skip-build

lint: ## Format, architecture and shell scripts
	swift format lint --strict --recursive $(SOURCES)
	python3 Tests/check-architecture.py
	@if command -v shellcheck >/dev/null; then echo shellcheck; shellcheck .ci/* Tests/Judges/*.sh; else echo "SKIP shellcheck: not installed"; fi

format: ## Bring the sources into the format that lint asks for
	swift format --in-place --recursive $(SOURCES)

sanitize-address: setup ## Tests of the targets that touch memory, under the address sanitizer
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan --filter '$(UNSAFE)'

sanitize-thread: setup ## The same under the thread sanitizer
	TSAN_OPTIONS=halt_on_error=1 swift test --sanitize=thread --scratch-path .build-tsan --filter '$(UNSAFE)'

BENCH := swift build -c release --package-path Benchmarks

bench-ingest: setup bench-codec ## Ingest against bare C loops, on this machine's disk, and the codecs (minutes; ARGS="--dir DIR --rounds N")
	$(BENCH) --product bench-ingest
	"$$($(BENCH) --show-bin-path)/bench-ingest" $(ARGS)

bench-codec: setup venv ## Codecs against hdf5plugin's filter
	$(BENCH) --product bench-codec
	$(PYTHON) Benchmarks/bench_codec.py "$$($(BENCH) --show-bin-path)/bench-codec"

judges: venv ## Have every reader open the runs of demo/: PyPI's, DIALS (1.5 GB), XDS's neggia (minutes; not in CI)
	@Tests/Judges/setup-judges.sh
	@runs=$$(find $(DEMO) -name run.json -printf '%h\n' 2>/dev/null | sort); \
	if [ -z "$$runs" ]; then echo "judges: no runs in $(DEMO): make demo first" >&2; exit 1; fi; \
	Tests/Judges/judge-runs.sh $$runs

docs: setup ## Documentation of the libraries, as web pages in .build-docs/
	.ci/docs

clean: ## Remove everything that was built
	rm -rf .build .build-asan .build-tsan .build-docs .build-judges Benchmarks/.build
