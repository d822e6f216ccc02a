#!/bin/sh
# Makes a role and a database for the feedback store and for MLflow.
# The image's entry point runs this script once, on an empty volume.
# Reads FEEDBACK_PASSWORD, MLFLOW_PASSWORD, and POSTGRES_USER or psql's PG… variables.
set -eu

create() {
  psql --username="${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname=postgres --no-psqlrc --quiet \
    --set=ON_ERROR_STOP=1 --set=name="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

create feedback "$FEEDBACK_PASSWORD"
create mlflow "$MLFLOW_PASSWORD"
