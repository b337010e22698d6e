# make demo     build nibble, convert the bundled model to Q4_K_M, show what it cost
# make test     all tests of this machine's kind
# make check    everything that CI runs after make test
# make help     the other targets

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

BIN := bin
PACKAGES := ./...

# Packages that promise the same bytes wherever they run, and those that the WebAssembly module will carry.
EXACT := ./internal/half ./quantize ./gguf/convert ./tokenize/internal/unigram ./tokenize/internal/sentencepiece
PORTABLE := ./internal/binio ./internal/half ./internal/jsonread ./quantize ./gguf ./gguf/safetensors \
	./tokenize/internal/bpe ./tokenize/internal/decode ./tokenize/internal/unigram ./tokenize/internal/wordpiece

# What the small WebAssembly module is made of, by the tag nibbletext.
REDUCED := ./tokenize ./tokenize/vocab ./tokenize/internal/... ./wasm/internal/text

# One of each kind: 32 bits, big endian, other operating systems, fused multiply-add.
PLATFORMS := linux/arm64 linux/386 linux/s390x linux/riscv64 darwin/arm64 windows/amd64 freebsd/amd64
WASM := wasip1/wasm js/wasm

FUZZTIME ?= 5s
BENCH ?= .
BENCHTIME ?= 1s

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# The page's files are embedded, so they come first. How well they are compressed changes nothing but the binary's size.
.PHONY: build
build: ## build bin/nibble: one static binary, with the playground's page
	@mkdir -p $(BIN)
	cd internal/tools/webbuild && go run . -fast
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o $(BIN)/nibble ./cmd/nibble
	@echo "built $(BIN)/nibble ($$(du -h $(BIN)/nibble | cut -f1))"

.PHONY: web
web: ## build the playground's page for a release, as small as can be; fails if its first visit takes too much
	cd internal/tools/webbuild && go test ./... && go run . -check
	go test -run 'Embedded|Playground|Scripts/playground' ./playground ./cmd/nibble

.PHONY: demo
demo: build ## convert the bundled model to Q4_K_M and show what it cost
	@$(BIN)/nibble demo

.PHONY: test
test: ## run all tests
	go test $(PACKAGES)
	@echo "test: passed"

.PHONY: check
check: lint generate tables web module npm-test browser race purego kernels v3 emulated wasm cross fuzz judges hf-judge bench-smoke bench-engines-smoke man ## all that CI runs after make test
	@$(MAKE) --no-print-directory bench-memory MEMORY_SIZES="256MiB 512MiB"
	@echo "check: passed"

# Development tools are pinned by tools/go.mod, so that users of the module depend on none of them.
$(BIN)/%: tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	cd tools && go build -o ../$(BIN)/ tool
	@touch $@

.PHONY: lint
lint: $(BIN)/golangci-lint ## formatting, go vet, golangci-lint
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "not gofmt'd: $$unformatted"; exit 1; fi
	go vet $(PACKAGES)
	go vet -tags man ./cmd/nibble
	GOOS=wasip1 GOARCH=wasm go vet -tags nibblesimd ./quantize ./wasm/guest
	CGO_ENABLED=1 go vet -tags hftokenizers ./tokenize/hf
	cd internal/tools/benchtok && go vet ./...
	cd quantize/internal/kernelgen && go vet ./... && go test ./...
	cd internal/tools/webbuild && go vet ./...
	cd internal/tools/benchengines && go vet ./...
	cd e2e && go vet ./...
	go vet -tags nibbletext $(REDUCED)
	$(BIN)/golangci-lint run $(PACKAGES)
	@echo "lint: clean"

.PHONY: generate
generate: ## run the generators and fail if a committed file is not what they make
	@before=$$(git diff | git hash-object --stdin); \
	go generate $(PACKAGES); \
	after=$$(git diff | git hash-object --stdin); \
	if [ "$$before" != "$$after" ]; then git diff --stat; echo "generate: committed files differ from what the generators make"; exit 1; fi
	@echo "generate: committed files are what the generators make"

# Tables and golden files that are made by asking other software about every character. Python's packages are pinned.
$(BIN)/tables/bin/python: internal/tools/ucd/requirements.txt internal/tools/hfprobe/requirements.txt internal/tools/hfgolden/requirements.txt
	@mkdir -p $(BIN)
	python3 -m venv $(BIN)/tables
	$(BIN)/tables/bin/pip install --quiet --disable-pip-version-check $(addprefix -r ,$^)
	@touch $@

.PHONY: tables
tables: $(BIN)/tables/bin/python ## make the tables of the tokenizers anew and fail if a committed one differs
	@before=$$(git diff | git hash-object --stdin); python="$(CURDIR)/$(BIN)/tables/bin/python"; \
	"$$python" internal/tools/ucd/gen.py tokenize/internal/ucd; \
	"$$python" internal/tools/hfprobe/normalizers.py tokenize/internal/normalize; \
	"$$python" internal/tools/hfprobe_pretok/probe.py >tokenize/internal/pretokenize/testdata/classes-hf-tokenizers-0.22.2.txt; \
	"$$python" internal/tools/hfgolden/encodings.py tokenize/testdata/hf-tokenizers-0.22.2-encodings.json 2>/dev/null; \
	after=$$(git diff | git hash-object --stdin); \
	if [ "$$before" != "$$after" ]; then git diff --stat; echo "tables: committed files differ from what the generators make"; exit 1; fi
	@echo "tables: committed files are what the generators make"

.PHONY: race
race: ## run the tests under the race detector
	CGO_ENABLED=1 go test -race -short $(PACKAGES)
	@echo "race: none found"

.PHONY: purego
purego: ## run the tests without kernels, and show that none is left in
	@left=$$(go list -tags purego -f '{{range .SFiles}}{{$$.ImportPath}}/{{.}} {{end}}' $(PACKAGES)); \
	if [ -n "$$left" ]; then echo "assembly survives the tag purego: $$left"; exit 1; fi
	go test -tags purego -short $(EXACT)
	@echo "purego: passed"

.PHONY: kernels
kernels: ## run the tests as a processor without AVX-512 does, and as one without AVX2
	GODEBUG=cpu.avx512f=off go test -short $(EXACT)
	GODEBUG=cpu.avx2=off go test -short $(EXACT)
	@$(MAKE) --no-print-directory kernel-judge KERNEL_VALUES=1e6
	@echo "kernels: passed"

# All kernels and types with 1e9 values each take hours.
KERNEL_VALUES ?= 1e9
.PHONY: kernel-judge
kernel-judge: ## hold every kernel against the plain code, KERNEL_VALUES values a kernel and type
	go test -count=1 -timeout 0 -run 'LongRun|EveryFloat' ./quantize -kernel.values $(KERNEL_VALUES)
	@echo "kernel-judge: no byte differs"

.PHONY: v3
v3: ## run the tests of exact bytes with the compiler allowed to fuse multiply and add (amd64)
	@if [ "$$(go env GOARCH)" = amd64 ] && grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then \
		set -x; GOAMD64=v3 go test -short $(EXACT); \
	else echo "v3: skipped, this processor is not x86-64-v3"; fi
	@echo "v3: done"

# arm64 has no kernels, and its compiler fuses multiply and add; s390x has the other order of bytes. apt installs qemu
# where it is missing and can.
.PHONY: emulated
emulated: ## run the tests of exact bytes on other processors, under qemu-user
	@if ! command -v qemu-aarch64 >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends qemu-user >/dev/null; fi
	@if command -v qemu-aarch64 >/dev/null && command -v qemu-s390x >/dev/null; then set -x; export CGO_ENABLED=0; \
		GOARCH=arm64 go test -exec qemu-aarch64 -short $(filter-out ./gguf/convert,$(EXACT)); \
		GOARCH=arm64 go test -exec qemu-aarch64 -short -run Golden ./gguf/convert; \
		GOARCH=s390x go test -exec qemu-s390x -short ./internal/half; \
		GOARCH=s390x go test -exec qemu-s390x -short -run Golden ./quantize ./gguf/convert; \
	else echo "emulated: skipped, there is no qemu-user"; test -z "$${CI:-}"; fi
	@echo "emulated: done"

.PHONY: wasm
wasm: $(BIN)/wazero ## run the portable packages' tests as WebAssembly, under wazero
	GOOS=wasip1 GOARCH=wasm GOWASIRUNTIME=wazero PATH="$(CURDIR)/$(BIN):$$PATH" \
		go test -short -exec "$$(go env GOROOT)/lib/wasm/go_wasip1_wasm_exec" $(PORTABLE)
	@echo "wasm: passed"

.PHONY: module
module: ## hold the module in wazero against golden vectors, and show it the hostile files of all tests
	go test -tags nibbletext ./tokenize ./wasm/internal/text
	@dir=$$(mktemp -d -p $(BIN) hostile.XXXXXX); trap 'rm -rf "$$dir"' EXIT; export NIBBLE_HOSTILE="$(CURDIR)/$$dir"; \
	go test -count=1 -short -run 'Hostile|ReferenceKinds|TruncatedFiles|FlippedBits' ./gguf ./gguf/safetensors ./gguf/convert ./tokenize; \
	go test -count=1 -v -run 'Golden|Hostile' ./wasm/host -module.all | grep -v '^=== '
	go test -run 'Scripts/sandbox' ./cmd/nibble
	@echo "module: passed"

.PHONY: cross
cross: ## compile for the other platforms
	@for p in $(PLATFORMS); do echo "build $$p"; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} go build -o /dev/null ./cmd/nibble; done
	@for p in $(WASM); do echo "build $$p"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} go build $(PORTABLE) ./gguf/convert ./internal/atomicfile; done
	@echo "cross: all compile"

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (5s)
	@mkdir -p $(BIN); targets=0; for d in $$(grep -rl '^func Fuzz' --include='*_test.go' --exclude-dir=$(BIN) --exclude-dir=node_modules . | xargs dirname | sort -u); do \
		p=$$(go list $$d); go test -c -fuzz . -o $(BIN)/fuzz.test $$d; \
		for f in $$($(BIN)/fuzz.test -test.list '^Fuzz'); do \
			echo "fuzz $$p $$f"; targets=$$((targets + 1)); \
			(cd $$d && "$(CURDIR)/$(BIN)/fuzz.test" -test.run '^$$' -test.fuzz "^$$f\$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzcachedir "$$(go env GOCACHE)/fuzz/$$p") >$(BIN)/fuzz.log 2>&1 || \
			if grep -q 'context deadline exceeded' $(BIN)/fuzz.log && ! grep -q 'Failing input' $(BIN)/fuzz.log; then \
				echo "fuzz: the time was up within a run, which go test takes for a failure"; \
			else cat $(BIN)/fuzz.log; exit 1; fi; \
			grep '^fuzz: elapsed' $(BIN)/fuzz.log | tail -n 1; \
		done; done; echo "fuzz: $$targets targets, $(FUZZTIME) each, nothing found"

# The outside judges: Python packages that read what nibble writes, write what it reads, and render chat templates.
# NIBBLE_PYTHON names an interpreter that has them; without it they are installed, pinned, into bin/venv.
PYTHON_PACKAGES := gguf==0.19.0 safetensors==0.8.0 numpy==2.2.6 jinja2==3.1.2 markupsafe==2.1.5
JUDGE_TEMPLATES ?= 10000
NIBBLE_PYTHON ?= $(CURDIR)/$(BIN)/venv/bin/python

$(BIN)/venv/bin/python: Makefile
	@mkdir -p $(BIN)
	python3 -m venv $(BIN)/venv
	$(BIN)/venv/bin/pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES)
	@touch $@

# Vocabularies by rank, for the ids that tiktoken and mistral-common make: OpenAI's of a Go module, others of PyPI's packages.
RANK_PACKAGES := llama-models==0.3.0 mistral-common==1.13.1
RANK_MODULE := github.com/pkoukk/tiktoken-go-loader@v0.0.2

$(BIN)/ranks/r50k_base.tiktoken: Makefile $(BIN)/tables/bin/python
	@rm -rf $(BIN)/ranks
	$(BIN)/tables/bin/pip install --quiet --disable-pip-version-check --no-deps --target $(BIN)/ranks $(RANK_PACKAGES)
	@ln -s llama_models/llama4 $(BIN)/ranks/llama4; ln -s mistral_common/data $(BIN)/ranks/tekken
	@dir=$$(go mod download -json $(RANK_MODULE) | sed -n 's/^\t"Dir": "\(.*\)",$$/\1/p'); cp "$$dir"/assets/*.tiktoken $(BIN)/ranks
	@touch $@

# Shows what go test -v says, and fails where a test was skipped: nobody judged then.
JUDGED := awk '!/^=== / { print } /--- SKIP/ { skipped = 1 } END { exit skipped }'

.PHONY: judges
judges: $(if $(filter $(CURDIR)/$(BIN)/venv/bin/python,$(NIBBLE_PYTHON)),$(BIN)/venv/bin/python) $(BIN)/tables/bin/python $(BIN)/ranks/r50k_base.tiktoken ## let PyPI's gguf, safetensors, jinja2, tokenizers and tiktoken judge what nibble reads, writes, renders and encodes
	NIBBLE_PYTHON="$(NIBBLE_PYTHON)" go test -count=1 -run Judge -v ./gguf ./gguf/safetensors | $(JUDGED)
	NIBBLE_PYTHON="$(NIBBLE_PYTHON)" go test -count=1 -run Judge -v ./tokenize/chat -judge.templates $(JUDGE_TEMPLATES) | $(JUDGED)
	NIBBLE_PYTHON="$(CURDIR)/$(BIN)/tables/bin/python" go test -count=1 -run Judge -v ./tokenize/internal/normalize | $(JUDGED)
	NIBBLE_RANKS="$(CURDIR)/$(BIN)/ranks" go test -count=1 -run TiktokenIDs -v ./tokenize | $(JUDGED)
	@echo "judges: agree"

# Hugging Face's own tokenizers, for the build tag hftokenizers: Rust, from the sources in a Go module.
.PHONY: hf-library
hf-library: ## build Hugging Face's own library to bin/hf, where there is Rust
	internal/tools/hflibrary/build.sh $(BIN)/hf

JUDGE_TEXTS ?= 10000
.PHONY: hf-judge
hf-judge: hf-library ## let Hugging Face's own tokenizers judge ours, JUDGE_TEXTS texts a vocabulary
	@if [ -f $(BIN)/hf/libtokenizers.a ]; then set -x; \
		CGO_ENABLED=1 CGO_LDFLAGS="-L$(CURDIR)/$(BIN)/hf" go test -count=1 -tags hftokenizers ./tokenize/hf -judge.texts $(JUDGE_TEXTS); \
	else echo "hf-judge: skipped, there is no library"; test -z "$${CI:-}"; fi
	@echo "hf-judge: done"

.PHONY: bench
bench: ## run the benchmarks whose names match BENCH, for BENCHTIME each
	go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem $(PACKAGES)

.PHONY: bench-smoke
bench-smoke: ## run every benchmark once
	go test -run '^$$' -bench . -benchtime 1x -short $(PACKAGES) | grep -vE '^(goos|goarch|pkg|cpu):|no test files'
	go test -run '^$$' -bench 'LongRuns/gpt2/.*/1MB' -benchtime 1x ./tokenize/internal/scan # which -short leaves out
	@$(MAKE) --no-print-directory bench-quantize BENCHTIME=1ms
	@echo "bench-smoke: every benchmark runs"

.PHONY: bench-quantize
bench-quantize: ## million values a second and core of every encoder and decoder, in plain Go and by kernels
	cd quantize && go test -count=1 -timeout 0 -run '^TestSpeed$$' -speed.time $(BENCHTIME)

.PHONY: bench-kernels
bench-kernels: ## million values a second of each kernel and of the plain code
	go test -run '^$$' -bench Kernels -benchtime $(BENCHTIME) -cpu 1 ./quantize

# LLAMA_QUANTIZE, llama.cpp's program, is timed on the same file, and its output compared.
.PHONY: bench-file
bench-file: build ## time of quantizing a BF16 GGUF of 400 million weights to Q4_K_M and to Q8_0
	@dir=$$(mktemp -d -p $(BIN) file.XXXXXX); trap 'rm -rf "$$dir"' EXIT; TIMEFORMAT='%R s'; \
	go run ./internal/tools/synthmodel -size 800MiB $$dir/synth; \
	$(BIN)/nibble convert $$dir/synth -t bf16 -o $$dir/in.gguf -q; cat $$dir/in.gguf >/dev/null; \
	for type in Q4_K_M Q8_0; do \
		echo -n "nibble quantize $$type: "; time $(BIN)/nibble quantize $$dir/in.gguf $$dir/nibble.gguf $$type -q --force; \
		if [ -n "$(LLAMA_QUANTIZE)" ]; then \
			echo -n "llama-quantize $$type: "; time "$(LLAMA_QUANTIZE)" $$dir/in.gguf $$dir/llama.gguf $$type >/dev/null 2>&1; \
			cmp $$dir/nibble.gguf $$dir/llama.gguf && echo "the same file"; \
		fi; \
	done

.PHONY: bench-convert
bench-convert: ## MB/s of whole conversions of the sample model, on all processors
	go test -run '^$$' -bench Convert -benchtime $(BENCHTIME) ./gguf/convert

# PERPLEXITY and TEXT, llama.cpp's program and a text for it, add how well the sample model's files predict the text.
.PHONY: bench-budget
bench-budget: ## what mixtures for a budget lose beside recipes of the same size
	go run ./internal/tools/benchbudget $(if $(PERPLEXITY),-perplexity '$(PERPLEXITY)' -text '$(TEXT)')

.PHONY: bench-peers
bench-peers: bench-quantize $(if $(filter $(CURDIR)/$(BIN)/venv/bin/python,$(NIBBLE_PYTHON)),$(BIN)/venv/bin/python) ## the same for PyPI's gguf, on this machine
	OMP_NUM_THREADS=1 "$(NIBBLE_PYTHON)" internal/tools/benchpeers/peers.py

# Peers of the tokenizers: two Go libraries in the same process, npm's and PyPI's where there are npm and python3.
NPM_PACKAGES := gpt-tokenizer@4.0.0 tokenizers@0.23.2
.PHONY: bench-tokenize
bench-tokenize: ## MB/s of nibble's tokenizers and of others, side by side on one core
	@mkdir -p $(BIN)/bench
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(BIN)/bench $(NPM_PACKAGES); \
	else echo "bench-tokenize: no npm here, so without its packages"; fi
	@if [ ! -x $(BIN)/bench/venv/bin/python ]; then python3 -m venv $(BIN)/bench/venv && \
		$(BIN)/bench/venv/bin/pip install --quiet --disable-pip-version-check tokenizers==0.22.2 tiktoken==0.14.0 sentencepiece==0.2.3; fi
	@tags=; if [ -f $(BIN)/hf/libtokenizers.a ]; then tags=hftokenizers; export CGO_ENABLED=1 CGO_LDFLAGS="-L$(CURDIR)/$(BIN)/hf"; fi; \
	cd internal/tools/benchtok && go run -tags "$$tags" . -dir "$(CURDIR)/$(BIN)/bench" -node "$$(command -v node || true)" -python "$(CURDIR)/$(BIN)/bench/venv/bin/python"

# Peers of the WebAssembly module are npm's, pinned by internal/tools/benchengines/npm. Without npm, Node or Chromium the
# tables are shorter.
.PHONY: bench-engines
bench-engines: ## nibble in native Go, Chromium, Node and wazero, beside npm's tokenizers, in one run on one core
	cd internal/tools/benchengines && go run . $(ENGINES)

.PHONY: bench-engines-smoke
bench-engines-smoke: ## show that bench-engines works, and that all engines give the same ids and bytes
	cd internal/tools/benchengines && go test ./...
	@$(MAKE) --no-print-directory bench-engines ENGINES=-smoke
	@echo "bench-engines-smoke: all engines agree"

# Peak memory must be a constant, so the larger of the two models may take no more than the smaller one and a little.
# MEMORY_LIMIT is in KiB: 256 MiB with a vocabulary; MEMORY_LIMIT_QUANTIZE is 64 MiB and 5 MiB a worker.
MEMORY_SIZES := 1GiB 2GiB
MEMORY_LIMIT := 262144
MEMORY_TYPE ?= q4_0
MEMORY_LIMIT_QUANTIZE := $$((65536 + 5120 * $$(nproc)))

.PHONY: bench-memory
bench-memory: build ## peak memory (VmHWM) of converting and quantizing synthetic models of 1 and 2 GiB; fails above the limit
	@dir=$$(mktemp -d -p $(BIN) memory.XXXXXX); trap 'rm -rf "$$dir"' EXIT; \
	peak() { sed -n 's/^  "peakMemoryBytes": \([0-9]*\).*/\1/p' $$dir/report.json; }; \
	speed() { sed -n 's/^  "bytesPerSecond": \([0-9]*\)[0-9]\{6\}[^0-9].*/\1/p' $$dir/report.json; }; \
	check() { echo "$$3: VmHWM $$(($$(peak) / 1024)) KiB, $$(speed) MB/s"; \
		if [ $$(($$(peak) / 1024)) -gt $$1 ]; then echo "bench-memory: more than $$1 KiB"; exit 1; fi; \
		if [ $$2 -gt 0 ] && [ $$(peak) -gt $$(($$2 * 5 / 4)) ]; then echo "bench-memory: it grows with the model"; exit 1; fi; }; \
	before=0; for size in $(MEMORY_SIZES); do \
		go run ./internal/tools/synthmodel -size $$size $$dir/synth-$$size; \
		$(BIN)/nibble convert $$dir/synth-$$size -t $(MEMORY_TYPE) -o $$dir/out.gguf --force -q --report-json >$$dir/report.json; \
		check $(MEMORY_LIMIT) $$before "$$size of BF16 in safetensors -> $(MEMORY_TYPE)"; \
		before=$$(peak); rm -rf $$dir/synth-$$size $$dir/out.gguf; \
	done; \
	before=0; for size in $(MEMORY_SIZES); do \
		go run ./internal/tools/synthmodel -size $$size -experts 64 -imatrix $$dir/synth.dat $$dir/synth.gguf; \
		$(BIN)/nibble quantize $$dir/synth.gguf $$dir/out.gguf $(MEMORY_TYPE) --imatrix $$dir/synth.dat --force -q --report-json >$$dir/report.json; \
		check $(MEMORY_LIMIT_QUANTIZE) $$before "$$size of BF16 in GGUF, 64 experts in a tensor -> $(MEMORY_TYPE) with an importance matrix"; \
		before=$$(peak); rm -f $$dir/synth.gguf $$dir/out.gguf; \
	done
	@echo "bench-memory: below the limits and flat"

# The engine of the page's scripts, and the npm package that is made of the same sources. TypeScript is pinned by
# playground/web/package-lock.json, for the type check and the package's declarations.
WEB := playground/web
.PHONY: npm-test
npm-test: ## check the types of the page's scripts, build the npm package in bin/npm, test both in Node
	@if command -v npm >/dev/null; then set -x; \
		npm ci --silent --prefix $(WEB); \
		$(WEB)/node_modules/.bin/tsc -p $(WEB); \
		$(WEB)/node_modules/.bin/tsc -p $(WEB)/test; \
		(cd internal/tools/webbuild && go run . -npm ../../../$(BIN)/npm && go run . -tests ../../../$(BIN)/webtest); \
		$(WEB)/node_modules/.bin/tsc -p playground/npm; \
		node --test --test-reporter=spec $(BIN)/webtest/*.test.mjs playground/npm/test/*.test.mjs; \
	else echo "npm-test: skipped, there is no Node"; test -z "$${CI:-}"; fi
	@echo "npm-test: done"

# The page in Chromium, which apt installs where it is missing and can. axe-core looks for what keeps people from using a
# page. HUGE= converts 256 MiB instead of 2 GiB.
AXE := axe-core@4.14.1
HUGE ?= -huge
.PHONY: browser
browser: build ## drive the playground's page in Chromium, as a person would
	@if ! command -v chromium chromium-browser google-chrome >/dev/null && [ -z "$${NIBBLE_CHROMIUM:-}" ] && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; fi
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(BIN)/axe $(AXE); \
	else echo "browser: no npm here, so axe-core does not look at the page"; test -z "$${CI:-}"; fi
	cd e2e && go vet ./...
	@cd e2e && if go test -count=1 -timeout 20m . $(HUGE) >../$(BIN)/browser.log 2>&1; then cat ../$(BIN)/browser.log; else \
		cat ../$(BIN)/browser.log; again=$$(sed -n 's/^--- FAIL: \([A-Za-z0-9]*\) .*/\1/p' ../$(BIN)/browser.log | paste -sd '|'); \
		if [ -z "$$again" ]; then exit 1; fi; \
		echo "browser: once more, since a shared machine may have paused: $$again"; \
		go test -count=1 -timeout 20m -run "^($$again)\$$" . $(HUGE); fi
	@echo "browser: passed"

.PHONY: startup
startup: build ## print the sizes of the page's files, when it first paints, how typing in 1 MB goes
	@cd e2e && go test -count=1 -v -run 'FirstPaint|TypingIsSmooth' . | grep -E '^ +[a-z_]+_test.go|^(ok|FAIL|---)'

.PHONY: man
man: ## write the manual pages to dist/man
	go run -tags man ./cmd/nibble man dist/man
	@echo "wrote $$(ls dist/man | wc -l) pages to dist/man"

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(BIN) dist out
	find playground/dist -mindepth 1 ! -name placeholder -delete
	@echo "removed $(BIN), dist, out and the page's files"
