-- What the monitor may do, and no more. From Postgres 15 on; run it as a superuser.
-- Give the role no password where it can come in by peer or certificate authentication.
CREATE ROLE elastigres LOGIN;

-- To see settings, activity and the figures behind its metrics.
GRANT pg_monitor TO elastigres;

-- To write these settings: one line for each that --cache-settings names. With neon's Postgres the
-- only one is neon.file_cache_size_limit.
GRANT ALTER SYSTEM ON PARAMETER effective_cache_size TO elastigres;

-- To have what is written taken up.
GRANT EXECUTE ON FUNCTION pg_reload_conf() TO elastigres;
