#!/bin/sh
# A role and a database for each of those who keep something, once, when the volume is empty.
# Reads FEEDBACK_PASSWORD, MLFLOW_PASSWORD and psql's own PG… variables or POSTGRES_USER.
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
