# Everything a developer types. Nothing but Python 3.11, make and git has to be there: uv is fetched where it is missing.
ARGS ?=
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .bootstrap/bin/uv)
RUN = $(UV) run --locked --all-extras
# A test that hangs shows where, and is the only one that fails. The longest takes a minute where a machine has much else to do.
ENDING = -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true
TARGETS = demo test test-slow attack chaos coverage check fix bench eval grounding serve worker
.DEFAULT_GOAL = help
.PHONY: help clean $(TARGETS)
$(TARGETS): | $(filter .bootstrap/%,$(UV))

help: ## what there is
	@sed -n 's/^\([a-z-]*\): ## /\1\t/p' Makefile | expand -t 12
demo: ## the whole thing on a pretend shop, model and mail provider; no account (ARGS=--once to end by itself)
	$(RUN) --no-dev pasokh demo $(ARGS)
test: ## the tests (ARGS="-k bounce" for some)
	$(RUN) pytest -n auto --dist worksteal -m "not slow" $(ENDING) $(ARGS)
test-slow: ## the tests that take minutes
	$(RUN) pytest -n auto -m slow $(ARGS)
attack: ## every known injection in every mail, with a model that obeys them all
	$(RUN) pytest -n auto -m attack $(ARGS)
chaos: ## 500 mails, failing services, processes killed at 50 points: nothing lost, nothing sent twice
	$(RUN) pytest -n 0 -s -m chaos $(ARGS)
coverage: ## the tests, and the lines that none of them reaches
	$(RUN) pytest -n auto -m "not slow" --cov --cov-report=term-missing:skip-covered $(ARGS)
check: ## style, types, import direction, lock file
	$(RUN) ruff check && $(RUN) ruff format --check && $(RUN) mypy && $(RUN) lint-imports && $(UV) lock --check
fix: ## put right what can be put right by itself
	$(RUN) ruff check --fix; $(RUN) ruff format
bench: ## the numbers, as ratios
	$(RUN) python -m benchmarks $(ARGS)
eval: ## how well the labelled mails are understood, by the model of .env or the sandbox's (ARGS="--json")
	$(RUN) pasokh eval evals $(ARGS)
grounding: ## how many of 5,000 wrong replies are found, and how many right ones are marked (ARGS="COUNT SEED")
	$(RUN) python -m tests.replies.grounding_bars $(ARGS)
gallery: ## docs/templates: every reply in every language, and the facts that it is made from
	$(RUN) python -m tools.gallery
serve: ## the service, with .env
	$(RUN) pasokh serve $(ARGS)
worker: ## a worker of its own, with .env
	$(RUN) pasokh worker $(ARGS)
clean: ## forget caches; data/ and .venv stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
.bootstrap/bin/uv: ; @python3 -m pip install -q --target .bootstrap uv 2>/dev/null || python3 tools/bootstrap_uv.py .bootstrap
