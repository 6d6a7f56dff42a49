# make run     a chatd on 127.0.0.1:9000; its options in ARGS: make run ARGS="--line tcp:9001"
# make test    the whole suite, under pytest; make trial: the same, under trial; make test ARGS=tests/chat
# make slow    what the suite does in small, at its full size: 100,000 inputs, and a server that is killed 200 times
# make lint    style and types; make format: puts the style right
# make bench   chatd and its peers under the same load: make bench ARGS="room200 --seconds 1"
# make comeback  2000 clients lose the server and come back: make comeback ARGS="--clients 200"
# make man     the manual pages, in build/man; make picture: the pictures in docs
# make soak    a room of 1000 for a minute, ten of whom do not read
# make clean   removes everything that the others made, but no chatd-data
#
# Everything is installed in a virtual environment of its own, and again only when what is needed has changed.

PYTHON = python3
ARGS =
# So many processes run tests beside each other: much of a test is waiting.
JOBS = 2
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet
NEEDS = pyproject.toml setup.py
PEERS = tests/end_to_end/peers

.PHONY: run test slow trial lint format bench comeback soak man picture clean

run: .venv/run.stamp
	@# Without a pid file a second chatd can run here, and a killed one leaves nothing behind.
	$(BIN)/twistd --pidfile= --nodaemon chatd $(ARGS)

test: .venv/test.stamp $(PEERS)/node_modules
	$(BIN)/pytest --numprocesses=$(JOBS) --dist=loadfile $(ARGS)

slow: .venv/test.stamp
	CHATD_INPUTS=100000 CHATD_ROUNDS=200 $(BIN)/pytest --numprocesses=$(JOBS) --dist=loadfile \
	    tests/hazards/test_bytes.py tests/end_to_end/test_durability.py

trial: .venv/test.stamp $(PEERS)/node_modules
	$(BIN)/trial --jobs=$(JOBS) $(ARGS) tests

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/run.stamp
	$(BIN)/python -m benchmarks $(ARGS)

comeback: .venv/run.stamp
	$(BIN)/python -m benchmarks.comeback $(ARGS)

man: .venv/test.stamp
	@mkdir -p build/man
	for page in docs/man/*.rst; do $(BIN)/rst2man "$$page" "build/man/$$(basename "$$page" .rst)"; done

picture: .venv/test.stamp
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/picture_of_page.py

soak: .venv/test.stamp
	$(BIN)/python -m tests.end_to_end.soak $(ARGS)

clean:
	rm -rf .venv build dist $(PEERS)/node_modules *.egg-info _trial_temp* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -f twisted/plugins/dropin.cache
	find chatd tests twisted -name __pycache__ -prune -exec rm -rf {} +

.venv/python.stamp:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/python.stamp $(NEEDS)
	$(PIP) --editable .
	@touch $@

.venv/test.stamp: .venv/python.stamp $(NEEDS)
	$(PIP) --editable '.[test]'
	@touch $@

.venv/dev.stamp: .venv/python.stamp $(NEEDS)
	$(PIP) --editable '.[test,dev]'
	@touch $@

# Without npm there are no peers for node, and their tests are skipped.
$(PEERS)/node_modules: $(PEERS)/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix $(PEERS) --no-audit --no-fund --silent && touch $@; fi
