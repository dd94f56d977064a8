# Everything from a fresh clone with Python and make alone. "make" prints what there is.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-soak soak lint types check docs shown eval-gate bench clean

# The Python that the virtual environment is made with: 3.11 to 3.14.
PYTHON ?= python3
# Where the CPU build of torch comes from if the one on PyPI would bring CUDA packages: PyTorch's own index, or a mirror of it.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# Where the demo keeps its index.
DEMO_INDEX ?= indexes/demo
# What `make eval-gate` holds the figures against: a little below what the shipped defaults reach.
GATE ?= --fail-under f1=78 --fail-under recall_at_5=98 --fail-under citation_precision_sentence=70
# Options of `make bench`, such as BENCH="--articles FILE --passages 1000,8000": eval/benchmarks/bench.py --help lists them.
BENCH ?=
QUESTION_1 := How many Windows devices were affected by the CrowdStrike update?
QUESTION_2 := How many people did the Lahaina fire kill?
QUESTION_3 := Who won the football World Cup in 1998?

# How often `make soak` lets a process or a machine die: 5,000 times takes from half an hour to an hour on two cores.
KILLS ?= 5000
SEED ?= 1

BIN := .venv/bin
STAMP := .venv/installed
DOCS_STAMP := $(dir $(STAMP))installed-docs
ASK := $(BIN)/ragqa ask --index $(DEMO_INDEX)

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml constraints.txt tools/install.py
	@$(PYTHON) tools/install.py --torch-index $(TORCH_INDEX)
	@touch $@

demo: $(STAMP) ## Index the example articles and ask them three questions
	@$(BIN)/ragqa index examples/articles --index $(DEMO_INDEX)
	@printf '\n? %s\n\n' "$(QUESTION_1)" && $(ASK) "$(QUESTION_1)"
	@printf '\n? %s\n\n' "$(QUESTION_2)" && $(ASK) "$(QUESTION_2)"
	@printf '\n? %s\n\n' "$(QUESTION_3)" && $(ASK) "$(QUESTION_3)"
	@printf '%s\n' 'Try next:' \
	  '  $(BIN)/ragqa repl --index $(DEMO_INDEX)                                  ask on and on' \
	  '  $(BIN)/ragqa ask --batch examples/questions.txt --index $(DEMO_INDEX)    20 questions at once' \
	  '  $(BIN)/ragqa index FOLDER --index indexes/mine                          your own articles'

test: $(STAMP) ## Run the tests, but for the slow ones
	@$(BIN)/python -m pytest -m "not slow and not soak"

test-slow: $(STAMP) ## Run the slow tests: crashes, whole indexes, real models at size
	@$(BIN)/python -m pytest -m slow

soak: $(STAMP) ## Let processes that write an index die, KILLS times; nothing may be lost
	@$(BIN)/python tests/crash/soak.py --kills $(KILLS) --seed $(SEED)

test-soak: $(STAMP) ## Damage a thousand index folders: many minutes
	@$(BIN)/python -m pytest -m soak

lint: $(STAMP) ## Look for faults and formatting with ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP) ## Check the types with mypy --strict
	@$(BIN)/mypy
	@$(BIN)/mypy tools/install.py

check: lint types test test-slow docs ## All of the checks above, and the documentation

$(DOCS_STAMP): $(STAMP) pyproject.toml
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --group docs
	@touch $@

docs: $(DOCS_STAMP) ## Build the documentation in site/; a link that leads nowhere fails
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@printf '%s\n' 'Open site/index.html, or with a search: python3 -m http.server --directory site'

shown: $(STAMP) ## Write anew what the documents show: pictures, outputs of commands, the notebook
	@$(BIN)/python tools/write_commands.py docs/commands.md
	@$(BIN)/python tools/draw_session.py docs/session.svg
	@$(BIN)/python tools/run_pages.py
	@$(BIN)/python tools/run_notebook.py --write examples/07_pictures.ipynb

eval-gate: $(STAMP) ## Ask the gold questions about the example articles; fail where a figure is below its floor
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  $(BIN)/ragqa index examples/articles --index "$$folder/index" && \
	  $(BIN)/ragqa eval qa --gold examples/gold.jsonl --index "$$folder/index" $(GATE)

bench: $(STAMP) ## Measure ragqa against Haystack, LangChain and txtai, briefly: many minutes the first time
	@$(BIN)/python eval/benchmarks/bench.py --torch-index $(TORCH_INDEX) $(BENCH)

clean: ## Remove the virtual environment, the index of the demo and all caches; your own indexes stay
	rm -rf .venv $(DEMO_INDEX) eval/benchmarks/work site .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
