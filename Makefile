# The front door. `make` alone prints what there is; each target is one thing a newcomer or a maintainer does.
# What is built lies in build/, a folder per preset of CMakePresets.json.

PREFIX       ?= /usr/local
DESTDIR      ?=
FUZZ_SECONDS ?= 60
# Extra arguments for ctest, for example CTEST_ARGS='-R command'.
CTEST_ARGS   ?=
# Extra arguments for the benchmark, for example BENCH_ARGS='--rounds 3'.
BENCH_ARGS   ?=
# SETUP=no installs nothing.
SETUP        ?= yes
export SETUP

MAKEFLAGS += --no-print-directory

RELEASE := build/release
SOURCES  = $(shell find analyzer rules tests -name '*.h' -o -name '*.cc' 2>/dev/null)

# The presets say Ninja; without it, make itself builds.
GENERATOR = $(shell command -v ninja >/dev/null 2>&1 || echo '-G "Unix Makefiles"')
CONFIGURE = cmake $(GENERATOR) --log-level=WARNING --preset
COMPILE   = cmake --build --parallel --preset

.PHONY: help setup setup-test build demo test test-asan bench fuzz-smoke screenshots readme rules-readme format format-check tidy install clean

help:  ## what there is (this text)
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup:  ## install what the build needs (apt-get, with sudo where not root)
	@.ci/setup build

setup-test:  ## install what the tests need besides
	@.ci/setup build test

build: setup  ## build the program: build/release/plowline
	@$(CONFIGURE) release -DPLOWLINE_TESTS=OFF -DPLOWLINE_BENCH=OFF -DPLOWLINE_PAGE=AUTO
	@$(COMPILE) release --target plowline

demo: setup  ## build, then answer the main question for the sample project
	@echo "Building plowline (the first time takes a few minutes)…" >&2
	@$(MAKE) --no-print-directory build SETUP=no >&2
	@.ci/demo $(CURDIR)/$(RELEASE)/plowline

test: setup-test  ## build, then run every test
	@$(CONFIGURE) release -DPLOWLINE_TESTS=ON -DPLOWLINE_BENCH=OFF -DPLOWLINE_PAGE=ON
	@$(COMPILE) release
	@.ci/test $(RELEASE) $(CTEST_ARGS)

test-asan: setup-test  ## every test with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(CONFIGURE) asan -DPLOWLINE_PAGE=ON
	@$(COMPILE) asan
	@.ci/test build/asan $(CTEST_ARGS)

bench: setup-test  ## measure load and the whole command against what the machine can do at best
	@$(CONFIGURE) release -DPLOWLINE_TESTS=OFF -DPLOWLINE_BENCH=ON -DPLOWLINE_PAGE=ON
	@$(COMPILE) release
	@python3 tests/bench/run.py --build $(RELEASE) $(BENCH_ARGS)

fuzz-smoke:  ## run each fuzz target for FUZZ_SECONDS (60)
	@.ci/setup build fuzz
	@$(CONFIGURE) fuzz
	@$(COMPILE) fuzz
	@.ci/fuzz build/fuzz $(FUZZ_SECONDS)

screenshots:  ## the pictures of the HTML report that README.md shows, as the tests in a browser take them
	@$(MAKE) test CTEST_ARGS='-R ^browser$$'
	@cp $(RELEASE)/browser/screenshots/report-light.png $(RELEASE)/browser/screenshots/report-dark.png samples/

readme: build  ## run the commands that README.md and the samples show and rewrite their output
	@python3 tests/e2e/readme.py --write $(RELEASE)/plowline
	@python3 tests/e2e/readme.py --write $(RELEASE)/plowline samples/BACKFILL.md

rules-readme: build  ## write the table and pages of rules/ and the schema of plowline.yml anew, from the rules
	@python3 tests/e2e/rules_readme.py --write $(RELEASE)/plowline

format:  ## format every source
	@.ci/setup format
	@clang-format-19 -i $(SOURCES)

format-check:  ## fail where a source is not formatted
	@.ci/setup format
	@clang-format-19 --dry-run --Werror $(SOURCES)

tidy:  ## clang-tidy over every source
	@.ci/setup build test format
	@$(CONFIGURE) clang
	@run-clang-tidy-19 -quiet -p build/clang '/(analyzer|rules|tests)/.*\.cc$$'

install: build  ## install program, manual page and completions under DESTDIR/PREFIX (/usr/local)
	@DESTDIR="$(DESTDIR)" cmake --install $(RELEASE) --prefix "$(PREFIX)"

clean:  ## remove everything that was built
	@rm -rf build
