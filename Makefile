# Every chore by one name, for people and for continuous integration alike. `make` lists them.

# ONE set of flags: demo and test use the same build, so that nothing is built twice. Imports must be declared in Package.swift.
FLAGS := -c release --explicit-target-dependency-import-check error
# Sanitizers: only targets that touch memory by hand, or have threads. In release, which keeps line numbers: debug would take twice as long
# to build, and five times to run.
UNSAFE := JSON Frames FrameImages ImageFiles DetectorWire ChunkFile HDF5 FrameIngest DetectorSimulation RunPipeline CommandLineSupport
THREADED := Frames ChunkFile FrameIngest DetectorSimulation RunModel RunPipeline CommandLineSupport
SOURCES := Sources Tests Benchmarks Package.swift
# Where `make demo` writes, and where `make judges` looks for runs.
DEMO := demo
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup venv build demo test peers lint format sanitize-address sanitize-thread fuzz mutate bench-ingest bench-codec bench-reduction bench-live bench-catalogue bench-catalogue-data bench-server bench-peers soak kill-test judges docs clean

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
	@HDF5_USE_FILE_LOCKING=FALSE .ci/test .build/test.log swift test $(FLAGS) --skip-build

# Not part of `make test`, which runs these tests where .venv-peers is there: two minutes and 400 MB of packages.
peers: venv build ## Ingest what other people's detector simulators send: tickit-devices, libertem-dectris, eiger-simulator
	@.ci/venv peers
	HDF5_USE_FILE_LOCKING=FALSE swift test $(FLAGS) --skip-build --filter PeerTests

lint: ## Format, architecture and shell scripts
	swift format lint --strict --recursive $(SOURCES)
	python3 Tests/check-architecture.py
	@if command -v shellcheck >/dev/null; then echo shellcheck; shellcheck .ci/* Tests/Judges/*.sh; else echo "SKIP shellcheck: not installed"; fi

format: ## Bring the sources into the format that lint asks for
	swift format --in-place --recursive $(SOURCES)

sanitize-address: setup ## Tests of the targets that touch memory, under the address sanitizer (CI: a part; UNSAFE="Frames HDF5")
	@.ci/sanitize address "$(UNSAFE:%=%Tests)"

sanitize-thread: setup ## Tests of the targets that have threads, under the thread sanitizer (CI: a part; THREADED="Frames")
	@.ci/sanitize thread "$(THREADED:%=%Tests)"

# With both sanitizers the Swift compiler leaves the fuzzer's counters out (6.3), and it is blind, unless they are asked for.
FUZZ := swift build -c release --package-path Tests/Fuzz --scratch-path .build-fuzz --sanitize fuzzer --sanitize address \
	-Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp
# Of each fuzzer; TARGETS names some of them.
FUZZ_SECONDS ?= 600

fuzz: setup ## Fuzz everything that reads bytes from outside (10 minutes each; FUZZ_SECONDS=60 TARGETS="chunk ledger")
	$(FUZZ)
	.ci/fuzz "$$($(FUZZ) --show-bin-path)/fuzz" $(FUZZ_SECONDS) $(TARGETS)

MUTATE := swift build -c release --package-path Tests/Mutations --scratch-path .build-mutate --sanitize address

mutate: setup ## Ten million mutated blocks and a million mutated chunk indexes (an hour; ARGS="--blocks N --indexes N --seed S", --help)
	$(MUTATE)
	SWIFT_BACKTRACE=enable=no "$$($(MUTATE) --show-bin-path)/mutate" $(ARGS)

BENCH := swift build -c release --package-path Benchmarks

bench-ingest: setup bench-peers ## Ingest and codecs against their limits and peers (10 minutes; ARGS="--quick --only seal --json FILE", --help)
	$(BENCH)
	"$$($(BENCH) --show-bin-path)/bench-ingest" --python $(PYTHON) $(ARGS)

bench-codec: setup bench-peers ## The codecs alone
	$(BENCH) --product bench-codec
	$(PYTHON) Benchmarks/bench_codec.py "$$($(BENCH) --show-bin-path)/bench-codec" $(ARGS)

bench-reduction: build bench-peers ## Azimuthal reduction against pyFAI and others (40 minutes; ARGS="--only cake --rounds 5"; a look: ARGS="--trial --frames 32 --rounds 1")
	$(BENCH) --product bench-reduction
	$(PYTHON) Benchmarks/bench_reduction.py "$$($(BENCH) --show-bin-path)/bench-reduction" \
		--faisceau "$$(swift build $(FLAGS) --show-bin-path)/faisceau" $(ARGS)

bench-live: build bench-peers ## What --live costs an ingest, and how many frames it keeps up with (3 minutes; ARGS="--rounds 3 --frames 1000")
	$(PYTHON) Benchmarks/bench_live.py "$$(swift build $(FLAGS) --show-bin-path)/faisceau" $(ARGS)

# BENCH_FOLDER holds the databases, of 10 GB each at a million runs: outside of the repository.
BENCH_FOLDER ?= ../faisceau-bench
BENCH_RUNS ?= 1000000
BENCH_CATALOGUE = $(PYTHON) Benchmarks/bench_catalogue.py "$$($(BENCH) --show-bin-path)/bench-catalogue" --folder $(BENCH_FOLDER) \
	--runs $(BENCH_RUNS) --peer .venv-tiled/bin/python

bench-catalogue: setup ## The catalogue of a million runs against its limits and Tiled (after bench-catalogue-data; a look: BENCH_RUNS=20000)
	$(BENCH) --product bench-catalogue
	$(BENCH_CATALOGUE) $(ARGS)

bench-catalogue-data: venv ## Fill the databases of bench-catalogue in BENCH_FOLDER (10 GB at a million runs)
	@[ -x .venv-tiled/bin/python ] || python3 -m venv .venv-tiled
	.venv-tiled/bin/python -m pip install --disable-pip-version-check --quiet -r Benchmarks/requirements-tiled.txt
	$(BENCH) --product bench-catalogue
	$(BENCH_CATALOGUE) --prepare $(ARGS)

bench-server: build venv ## The same catalogue over HTTP, against its limits, cat through a socket and Tiled's server (after bench-catalogue-data; needs wrk)
	$(PYTHON) Benchmarks/bench_server.py "$$(swift build $(FLAGS) --show-bin-path)/faisceau" --folder $(BENCH_FOLDER) --runs $(BENCH_RUNS) \
		--peer .venv-tiled/bin/python $(ARGS)

bench-peers: venv
	$(PYTHON) -m pip install --disable-pip-version-check --quiet -r Benchmarks/requirements.txt

soak: build ## Series after series into one ingest: nothing lost, nothing grows (10 minutes; ARGS="--minutes 120 --dir DIR")
	python3 Benchmarks/soak.py "$$(swift build $(FLAGS) --show-bin-path)/faisceau" $(ARGS)

kill-test: venv build ## Kill the recorder a thousand times at random instants and judge what is left (ARGS="--kills N --seed S --dir DIR")
	HDF5_USE_FILE_LOCKING=FALSE $(PYTHON) Tests/KillTest/kill_test.py "$$(swift build $(FLAGS) --show-bin-path)/faisceau" $(ARGS)

judges: venv ## Have every reader open the recorded runs of demo/: PyPI's, DIALS (1.5 GB), XDS's neggia (minutes; not in CI)
	@Tests/Judges/setup-judges.sh
	@runs=$$(find $(DEMO) -name ledger -type d -printf '%h\n' 2>/dev/null | sort); \
	if [ -z "$$runs" ]; then echo "judges: no runs in $(DEMO): make demo first" >&2; exit 1; fi; \
	Tests/Judges/judge-runs.sh $$runs

docs: setup ## Documentation of the libraries, as web pages in .build-docs/
	.ci/docs

clean: ## Remove everything that was built
	rm -rf .build .build-asan .build-tsan .build-fuzz .build-mutate .build-docs .build-judges Benchmarks/.build
