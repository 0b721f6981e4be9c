# Everything Welcome can be asked to do. `make` alone lists it.

VENV ?= .venv
BIN = $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# In the order of the files: the browser's, which take longest, come first.
PYTEST = $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
PYBABEL = $(BIN)/pybabel -q
AUDIT = $(BIN)/pip-audit --strict --disable-pip --no-deps --progress-spinner off
UPDATE = $(PYBABEL) update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -i var/messages.pot -d
CODE = $(wildcard config.py wsgi.py welcome demo bench deploy/*.py)
MEASUREMENTS = $(filter-out %/__init__.py,$(wildcard bench/*.py))
CATALOGUES = $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED = $(CATALOGUES:.po=.mo)
PACKED = $(patsubst %,%.gz,$(wildcard welcome/static/*.css welcome/static/*.js welcome/static/*.svg))
SCANNERS = .venv-scan/.stamp .venv-scan-wapiti/.stamp .venv-scan-schemathesis/.stamp
OF_ITS_OWN = $(PYTHON) -m venv --clear $(@D) && \
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $< && touch $@
KEYWORDS = -k Tag:1 -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2
IS_NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(IS_NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)

.PHONY: help run fresh test campaigns scan vet mutants check sbom audit lint format bench lock clean translations screens lighthouse
.DELETE_ON_ERROR:

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 21

run: $(VENV)/.stamp $(COMPILED) $(PACKED) ## a living demo city on this machine, with its letters
	@exec $(BIN)/python -m demo.run

fresh: ## the same, starting over with an empty database
	rm -rf var
	@$(MAKE) --no-print-directory run

test: $(VENV)/.stamp-test $(COMPILED) $(PACKED) ## every test, on SQLite and then on PostgreSQL
	@$(BIN)/python -m tests.machine
	WELCOME_TEST_DATABASE=sqlite $(PYTEST)
	@if $(BIN)/python -m tests.machine postgresql; then set -x; WELCOME_TEST_DATABASE=postgresql $(PYTEST); fi

campaigns: $(VENV)/.stamp-test $(COMPILED) $(PACKED) ## the long proofs in full, with their figures (hours)
	WELCOME_CAMPAIGN=full $(BIN)/python -m pytest -q -s tests/campaigns

screens: $(VENV)/.stamp-test $(COMPILED) $(PACKED) ## a picture of every page as everybody (half an hour)
	$(BIN)/python -m tests.screens

lighthouse: $(VENV)/.stamp-test $(COMPILED) $(PACKED) ## Lighthouse and the HTML checker (Node, and Java for the second)
	npm ci --silent --no-fund --no-audit --prefix tests/screens
	$(BIN)/python -m tests.screens.judges

scan mutants: export WELCOME_CAMPAIGN = full

vet: $(VENV)/.stamp-test .venv-scan-code/.stamp ## scanners read the code for holes
	PATH="$(CURDIR)/.venv-scan-code/bin:$$PATH" $(BIN)/python -m tests.scan

scan: vet $(COMPILED) $(PACKED) $(SCANNERS) ## the same, and others attack what runs (half an hour)
	$(BIN)/python -m tests.scan.outside
	PYTHONPATH=".:$$(.venv-scan/bin/python -c \
	  'import atheris, pathlib; print(pathlib.Path(atheris.__file__).parents[1])')" $(BIN)/python -m tests.scan.parsers all

mutants: $(VENV)/.stamp-test .venv-scan-mutants/.stamp ## change the rules, one little thing at a time: their tests notice
	PYTHONPATH=".:$$(.venv-scan-mutants/bin/python -c \
	  'import mutmut, pathlib; print(pathlib.Path(mutmut.__file__).parents[1])')" $(BIN)/python -m tests.scan.mutants

.venv-scan/.stamp: tests/scan/requirements.txt | $(BIN)/pip
	@$(OF_ITS_OWN)

.venv-scan-%/.stamp: tests/scan/requirements-%.txt | $(BIN)/pip
	@$(OF_ITS_OWN)

check: $(VENV)/.stamp-test $(COMPILED) ## style, types, templates, translations, dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(if $(CODE),$(BIN)/mypy $(CODE))
	$(BIN)/mypy --config-file tests/campaigns/names.ini tests/campaigns tests/scan
	$(if $(wildcard templates),$(BIN)/djlint --lint --quiet templates demo/templates)
	$(if $(CATALOGUES),@$(MAKE) --no-print-directory var/catalogues)
	$(BIN)/python -m pip --disable-pip-version-check check

lint: check

format: $(VENV)/.stamp-test ## lay out the code as `make check` wants it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

translations: $(VENV)/.stamp var/messages.pot ## gather the texts, bring them into every catalogue and compile
	cp var/messages.pot translations/messages.pot
	$(UPDATE) translations
	$(PYBABEL) compile -d translations

bench: $(VENV)/.stamp-test ## measure (nothing here passes or fails)
	$(foreach file,$(MEASUREMENTS),$(BIN)/python -m bench.$(notdir $(basename $(file)));)

sbom: $(VENV)/.stamp-supply ## write what Welcome is made of to var/sbom.json (CycloneDX)
	@mkdir -p var
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o var/sbom.json $(BIN)/python

audit: $(VENV)/.stamp-supply ## ask whether any of it has a known hole (needs the network)
	@$(AUDIT) -r tests/planted-requirements.txt 2>&1 | grep -q "known vulnerabilit" || \
	  { echo "A library with known holes was not recognised, so nothing was examined. Is there a network?" >&2; exit 1; }
	$(AUDIT) -r constraints.txt

lock: $(VENV)/.stamp-test ## write down the versions that are installed
	{ echo "# The versions that Welcome is tested with. Renew: make lock"; \
	  $(BIN)/python -m pip freeze --exclude-editable | grep == ; } > constraints.new
	mv constraints.new constraints.txt

clean: ## remove what can be made again, except the demo's data
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(COMPILED) $(PACKED)

$(VENV)/.stamp: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing what Welcome needs (a minute or two, only when it changed) ..."
	@$(PIP_INSTALL) -e '.[demo]'
	@touch $@

$(VENV)/.stamp-test: $(VENV)/.stamp
	@echo "Installing what the tests need ..."
	@$(PIP_INSTALL) -e '.[demo,test]'
	@touch $@

$(VENV)/.stamp-supply: $(VENV)/.stamp
	@$(PIP_INSTALL) -e '.[supply]'
	@touch $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Welcome needs Python 3.11 or newer: apt install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) lacks its venv module: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

%.mo: %.po | $(VENV)/.stamp
	@$(PYBABEL) compile -i $< -o $@

%.gz: %
	@gzip -9nkf $<

# Style sheets travel without their comments and the space between their words.
%.css.gz: %.css
	@sed -E 's,/[*].*[*]/,,; s/^ +//; s/([:,{;]) +([^"])/\1\2/g; s/ +([{}])/\1/g' $< | tr -d '\n' | sed 's/;}/}/g' | gzip -9n > $@

.PHONY: var/messages.pot
var/messages.pot: | $(VENV)/.stamp
	@mkdir -p var
	@$(PYBABEL) extract -F babel.cfg $(KEYWORDS) --add-comments=Translators: --sort-by-file --add-location=file \
	  --project=Welcome --copyright-holder="the Welcome contributors" -o $@ .

# Not `pybabel update --check`: it calls every catalogue with a context in it out of date.
.PHONY: var/catalogues
var/catalogues: var/messages.pot
	@rm -rf $@ && cp -r translations $@ && $(UPDATE) $@
	@diff -rq -x '*.mo' translations $@ || { echo "Some catalogues are out of date: run make translations"; exit 1; }
