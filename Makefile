# The front door. Each line hands over to a small script or to the program itself; all output is
# written below build/.
.PHONY: build test lint sanitize fuzz clients demo run bench bench-full clean

build:
	@tools/build.sh
test: build
	@tools/test.sh
lint:
	@tools/lint.sh
sanitize:
	@tools/sanitize.sh
fuzz:
	@tools/fuzz.sh
clients: build
	@tools/clients.sh
demo: build
	@build/tael demo
run: build
	@build/tael demo --keep
bench: build
	@tools/bench.sh
bench-full: build
	@tools/bench.sh full
clean:
	@rm -rf build/*
