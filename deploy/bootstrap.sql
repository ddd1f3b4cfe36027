-- The three roles and the database, on a PostgreSQL 15 or newer of your own. Run it again as often as you like:
--   psql -U postgres -v owner_password=… -v app_password=… -v database=carenet -f deploy/bootstrap.sql
-- (`manage.py bootstrap_roles` does the same from DATABASE_SUPERUSER_URL. A test keeps the two alike.)
\set ON_ERROR_STOP on

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carenet_owner') THEN CREATE ROLE carenet_owner; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carenet_app') THEN CREATE ROLE carenet_app; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carenet_city') THEN CREATE ROLE carenet_city; END IF;
END $$;
ALTER ROLE carenet_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE carenet_app LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE carenet_city NOLOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
GRANT carenet_city TO carenet_app;
ALTER ROLE carenet_app SET statement_timeout = '15s';
ALTER ROLE carenet_app SET lock_timeout = '5s';
ALTER ROLE carenet_app SET idle_in_transaction_session_timeout = '60s';

ALTER ROLE carenet_owner PASSWORD :'owner_password';
ALTER ROLE carenet_app PASSWORD :'app_password';

SELECT format('CREATE DATABASE %I OWNER carenet_owner TEMPLATE template0 ENCODING ''UTF8'' '
              'LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8''', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO carenet_app;

\connect :"database"

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO carenet_app, carenet_city;
