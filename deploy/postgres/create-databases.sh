#!/bin/sh
# Run once by PostgreSQL's image, on an empty volume: creates a login and a database for every service process.
set -eu
for name in orders catalogue delivery dashboard evidence lms supplier_consortium supplier_national; do
    psql --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
        --set=name="$name" --set=password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
