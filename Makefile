# All commands of this project: make help
.DEFAULT_GOAL := help
.PHONY: help setup serve page train sign ui test test-unit test-all test-docs lint audit check-workflows check-monitoring check-deploy \
	format dashboards kubernetes-rules build image image-test load-test compare compare-quick families scaling overload \
	summary wrk debian pin-images release-archives release-image release-push release-sign \
	release-notes retraining retraining-pull-request lock clean

# The interpreter of a new .venv, as a version, a name or a path. Empty: an installed one, or else a
# downloaded one.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 3000
HOST ?= 127.0.0.1
BENTOFILE ?= bentofile.yaml
# The tests that run: all, or those of a path.
T := tests
# Without apt-get, programs that tests start may be missing: only unit tests run.
WITHOUT_PACKAGES := $(if $(shell command -v apt-get),,unit)
TESTS_THAT_GATE = $(or $(WITHOUT_PACKAGES),not image) and not slow
# Most tests wait for servers: three workers share two cores.
PARALLEL = $(if $(filter tests,$(T)),--numprocesses 3 --dist loadfile --no-loadscope-reorder)
# A failed test runs once more alone: on two cores the other workers may have slowed it down.
FAILED_AGAIN = $(BIN)/pytest --last-failed --last-failed-no-failures none -m "$(TESTS_THAT_GATE)" $(T)
IMAGE ?= sentiment:$(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
# The model store, the feedback and the tracking of this checkout stay in it. Set the variables
# to keep them elsewhere.
export BENTOML_HOME ?= $(CURDIR)/.bentoml
export SENTIMENT_DATA_DIR ?= $(CURDIR)/.sentiment
# Nothing is sent anywhere.
export BENTOML_DO_NOT_TRACK := true
export MLFLOW_DISABLE_TELEMETRY := true
export HF_HUB_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := true
export ORT_DISABLE_TELEMETRY := 1
# uv gets the package sources that the environment gives to pip.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

# No index address may stand in a pinned file, nor the local version of a CPU build. Each build of torch
# names its own versions of CUDA's packages.
COMPILE := $(BIN)/uv pip compile --quiet --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
PINNED := $(COMPILE) --constraint requirements/constraints.txt

SERVE := $(BIN)/bentoml serve service:SentimentService --host $(HOST) --port $(PORT) --timeout-graceful-shutdown 30
# The environment of the page and the documents: the whole one where it is ready.
LIGHT := $(VENV)/$(if $(wildcard $(VENV)/ready),ready,page)

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

setup: $(VENV)/ready ## Make the virtual environment

$(VENV)/ready: pyproject.toml requirements/constraints.txt
	@PYTHON="$(PYTHON)" requirements/install_packages.sh dev
	@touch $@

$(VENV)/page: pyproject.toml requirements/constraints.txt
	@PYTHON="$(PYTHON)" requirements/install_packages.sh page
	@touch $@

train: $(VENV)/ready ## Train and promote a model of each family that has none yet
	@$(BIN)/python -m training bootstrap --page http://$(HOST):$(PORT)/ui

sign: $(VENV)/ready ## Sign the champions with the key of this checkout
	@$(BIN)/python -m training sign

serve: train ## Serve the models on PORT (3000), trained first where there are none
	@$(SERVE)

page: $(LIGHT) ## Serve the page with the baseline alone; needs neither torch nor TensorFlow
	@$(BIN)/python -m training bootstrap baseline --page http://$(HOST):$(PORT)/ui
	@SENTIMENT_MODELS=baseline $(SERVE)

ui: $(VENV)/ready ## Show the tracked runs on port 5000
	@$(BIN)/mlflow ui --backend-store-uri $${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db} --host 127.0.0.1

test: debian $(VENV)/ready ## Run the tests, or those of T=PATH; Debian and Ubuntu get missing packages first
	@$(BIN)/pytest $(PARALLEL) -m "$(TESTS_THAT_GATE)" $(T) $(if $(PARALLEL),|| { test $$? = 1 && $(FAILED_AGAIN); })

test-unit: $(VENV)/ready ## Run the unit tests, or those of T=PATH, in less than three minutes
	@$(BIN)/pytest -m "unit and not slow" $(T)

test-all: debian $(VENV)/ready ## Run the tests, slow ones included
	@$(BIN)/pytest -m "$(or $(WITHOUT_PACKAGES),not image)" $(T)

test-docs: $(LIGHT) ## Run the tests of the documents; needs neither torch nor TensorFlow
	@$(BIN)/pytest -m unit tests/test_privacy_page.py tests/test_security_page.py tests/deploy/test_advisories.py tests/serving/test_settings.py

lint: $(VENV)/ready check-workflows ## Check format, style, types, scripts and workflows
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/yamllint --strict .github deploy monitoring bentofile*.yaml .pre-commit-config.yaml .yamllint.yaml
	@$(BIN)/shellcheck .ci/run requirements/*.sh deploy/*.sh deploy/*/*.sh
	@$(BIN)/hadolint deploy/*/Dockerfile

# An audit that skips a package is not an audit: --strict turns a skipped package into a failure. Mirrors
# of the package index may lack its advisories. Then each package is skipped as "not found".
audit: $(VENV)/ready ## Compare the pinned packages with the package index's advisories
	@$(BIN)/pip-audit --strict --no-deps --disable-pip --progress-spinner off \
	--requirement requirements/constraints.txt --requirement requirements/bento-gpu.txt \
	$$(sed -n 's/^\([A-Z][^ ]*\) .*/--ignore-vuln \1/p' requirements/accepted_advisories.txt)

check-workflows: $(VENV)/ready ## Check GitHub's workflows
	@$(BIN)/actionlint -shellcheck $(BIN)/shellcheck -pyflakes= .github/workflows/*.yml
	@$(BIN)/zizmor --offline --quiet .github

check-monitoring: $(VENV)/ready ## Check the alerts: rules and their tests, Alertmanager's configuration
	@command -v promtool >/dev/null || { echo "promtool is missing: run make debian"; exit 1; }
	@command -v amtool >/dev/null || { echo "amtool is missing: run make debian"; exit 1; }
	@promtool check config monitoring/prometheus/prometheus.yaml
	@promtool test rules monitoring/prometheus/tests/*.yaml
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
	cp -R monitoring/alertmanager/templates "$$folder" && \
	SENTIMENT_SMTP_HOST=localhost SENTIMENT_SMTP_FROM=from@example.org SENTIMENT_SMTP_TO=to@example.org \
	SENTIMENT_PUBLIC_URL=https://example.org SENTIMENT_ALERT_WEBHOOK=https://example.org/alert \
	SENTIMENT_RETRAINING_WEBHOOK=http://retraining:9095/alerts SENTIMENT_RETRAINING_TOKEN_FILE=token \
	$(BIN)/python monitoring/alertmanager/render.py > "$$folder/alertmanager.yaml" && \
	amtool check-config "$$folder/alertmanager.yaml"

check-deploy: $(VENV)/ready ## Check the compose stack, nginx and the Kubernetes manifests
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
	@$(BIN)/pytest --quiet tests/deploy --ignore tests/deploy/test_stack.py

format: $(VENV)/ready ## Format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

dashboards: $(VENV)/ready ## Write Grafana's dashboards anew from their source
	@$(BIN)/python -m monitoring.grafana

kubernetes-rules: $(VENV)/ready ## Write the Kubernetes PrometheusRule anew from Prometheus's rules
	@$(BIN)/python -m deploy.kubernetes.prometheus_rule

build: train ## Build the Bento of BENTOFILE (bentofile.yaml), with its bill of materials
	@BENTOFILE=$(BENTOFILE) BIN=$(BIN) deploy/bento/build.sh

image: train ## Build the image IMAGE with BUILDER (docker)
	@BENTOFILE=$(BENTOFILE) BIN=$(BIN) deploy/image/build.sh $(IMAGE)

image-test: $(VENV)/ready ## Test the image IMAGE with ENGINE (docker, or podman), built where there is none
	@BIN=$(BIN) deploy/image/test.sh $(IMAGE)

load-test: $(VENV)/ready ## Load the running service at HOST:PORT with a growing number of users
	@mkdir -p reports
	@$(BIN)/python -m locust --locustfile load_tests/locustfile.py --host http://$(HOST):$(PORT) --headless \
	--only-summary --csv reports/load-test --html reports/load-test.html --exit-code-on-error 0

compare: train ## Compare the service with other servers, and with its scorer without HTTP
	@$(BIN)/python -m load_tests.comparison

families: train ## Load each family, and compare it with its scorer without HTTP and with FastAPI alone
	@$(BIN)/python -m load_tests.families --document docs/performance.md

scaling: $(VENV)/ready ## Compute replicas and cost from the rates in docs/performance.json
	@$(BIN)/python -m load_tests.scaling --document docs/scaling.md

overload: train ## Load the service at three times its sustainable rate
	@$(BIN)/python -m load_tests.overload

compare-quick: train ## Load the service for a short time
	@mkdir -p reports
	@$(BIN)/python -m load_tests.comparison --quick > reports/load.md
	@cat reports/load.md

summary: $(VENV)/ready ## Print the key figures of the models, and of the load test where there was one
	@mkdir -p reports
	@sed -n '/^<!-- results/p;/^<!-- end of results/p' README.md > reports/models.md
	@$(BIN)/python -m training results reports/models.md >&2
	@cat reports/*.md

wrk: ## Install the load generator from Debian or Ubuntu
	@command -v wrk >/dev/null || sudo apt-get install -y -qq wrk

debian: ## Install the missing packages of requirements/debian.txt on Debian or Ubuntu
	@requirements/install_debian.sh

pin-images: ## Add to the images of the compose stack the digests that they have today
	@deploy/pin_images.sh

release-archives: ## Get the .bentomodel files attached to the release TAG
	@deploy/release/archives.sh $(TAG)

release-image: $(VENV)/ready ## Build IMAGE of models from MLFLOW_TRACKING_URI, archives/, or trained anew
	@mkdir -p archives
	@if [ -e archives/model_key.pem ]; then export SENTIMENT_MODEL_KEY=archives/model_key.pem; fi && \
	kind=$$($(BIN)/python -m deploy.release.models archives) && \
	KIND=$$kind BENTOFILE=$(BENTOFILE) BIN=$(BIN) deploy/image/build.sh $(IMAGE)

release-push: ## Push IMAGE; its digest goes into reports/digest
	@deploy/release/push.sh $(IMAGE)

release-sign: ## Sign the pushed IMAGE and attest reports/sbom.spdx.json, without a key
	@deploy/release/sign.sh

release-notes: ## Put the digest of the pushed IMAGE into the notes of the release TAG
	@deploy/release/notes.sh $(TAG)

retraining: $(VENV)/ready ## Train and judge a challenger of FAMILY for the workflow, from MLFLOW_TRACKING_URI
	@$(BIN)/python -m deploy.retraining.challenger reports/retraining.md

retraining-pull-request: ## Open a pull request with the report of the workflow's run GITHUB_RUN_ID
	@deploy/retraining/pull_request.sh "$$GITHUB_RUN_ID" "$$FAMILY"

lock: $(VENV)/ready ## Pin the newest versions of all packages
	@$(COMPILE) --python-version 3.11 --upgrade --group dev --output-file requirements/constraints.txt
	@sed -i 's/+cpu$$//; /^nvidia-ml-py==/!{ /^\(cuda\|nvidia\)-/d }; /^triton==/d' requirements/constraints.txt
	@$(PINNED) --python-version 3.11 --group serve --output-file requirements/bento.txt
	@UV_FIND_LINKS= $(PINNED) --python-version 3.11 --group serve-gpu --output-file requirements/bento-gpu.txt
	@for version in 3.12 3.13; do $(PINNED) --python-version $$version --group dev >/dev/null || exit 1; done
	@sed -i "s/uv==[0-9.]*/$$(grep '^uv==' requirements/constraints.txt)/" serving/image.py

clean: ## Remove the environment, models, tracking and feedback of this checkout
	rm -rf $(VENV) .uv archives provenance reports .bentoml .sentiment mlruns mlflow.db optuna.db .pytest_cache .mypy_cache .ruff_cache
