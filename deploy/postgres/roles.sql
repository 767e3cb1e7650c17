-- Who may do what in the database. Run by a superuser, in each database, as often as wanted and from several places at once.
--
--   bordergate_owner      owns every schema and table; migrations run as it; nobody signs in as it
--   bordergate_<service>  reads and writes the rows of its own schema, and nothing else; never past row-level security
--   bordergate_app        signs in for a process that holds several services, and becomes the service's role in each transaction
--
-- Passwords come from settings of the connection: bordergate.app_password, bordergate.<service>_password. A role without one cannot
-- sign in with a password; a role whose setting is absent keeps what it has.

-- Roles belong to the whole cluster and advisory locks to one database: only the lock on the table of roles keeps runs in two databases apart.
DO $roles$
DECLARE
    services CONSTANT text[] := ARRAY['identity', 'vehicle_registration', 'customs_declarations', 'queue_scheduling', 'tracking', 'gate_operations', 'analytics', 'inspectorate', 'portal'];
    service text;
    password text;
BEGIN
    LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;

    IF to_regrole('bordergate_owner') IS NULL THEN
        CREATE ROLE bordergate_owner NOLOGIN NOBYPASSRLS;
    END IF;
    IF to_regrole('bordergate_app') IS NULL THEN
        CREATE ROLE bordergate_app LOGIN NOINHERIT NOBYPASSRLS;
    END IF;
    password := NULLIF(current_setting('bordergate.app_password', true), '');
    IF password IS NOT NULL THEN
        EXECUTE format('ALTER ROLE bordergate_app PASSWORD %L', password);
    END IF;

    FOREACH service IN ARRAY services LOOP
        IF to_regrole('bordergate_' || service) IS NULL THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', 'bordergate_' || service);
        END IF;
        IF NOT pg_has_role('bordergate_app', 'bordergate_' || service, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO bordergate_app', 'bordergate_' || service);
        END IF;
        password := NULLIF(current_setting('bordergate.' || service || '_password', true), '');
        IF password IS NOT NULL THEN
            EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', 'bordergate_' || service, password);
        END IF;
    END LOOP;
END
$roles$;

DO $schemas$
DECLARE
    services CONSTANT text[] := ARRAY['identity', 'vehicle_registration', 'customs_declarations', 'queue_scheduling', 'tracking', 'gate_operations', 'analytics', 'inspectorate', 'portal'];
    service text;
    reader text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('bordergate roles'));

    CREATE SCHEMA IF NOT EXISTS postgis;
    CREATE EXTENSION IF NOT EXISTS postgis SCHEMA postgis;
    CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA postgis;
    GRANT USAGE ON SCHEMA postgis TO PUBLIC;
    EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public, postgis', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO bordergate_app', current_database());
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO bordergate_owner', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;

    CREATE SCHEMA IF NOT EXISTS bordergate AUTHORIZATION bordergate_owner;
    FOREACH reader IN ARRAY 'app'::text || services LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA bordergate TO %I', 'bordergate_' || reader);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE bordergate_owner IN SCHEMA bordergate GRANT SELECT ON TABLES TO %I', 'bordergate_' || reader);
    END LOOP;

    FOREACH service IN ARRAY services LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION bordergate_owner', service);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), 'bordergate_' || service);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, 'bordergate_' || service);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE bordergate_owner IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', service, 'bordergate_' || service);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE bordergate_owner IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', service, 'bordergate_' || service);
    END LOOP;
END
$schemas$;
