#!/bin/sh
# One database and one role per service; nobody reads another's.
set -eu
for service in identity catalogue dossier payment postal feedback; do
  name=$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD
  eval "password=\$$name"
  psql -v ON_ERROR_STOP=1 -U postgres -d postgres -v role="$service" -v password="$password" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role" ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE :"role" FROM PUBLIC;
SQL
done
