-- What the monitor may do: see every setting, write this one, and have it taken up.
CREATE ROLE elastigres LOGIN;
GRANT ALTER SYSTEM ON PARAMETER effective_cache_size TO elastigres;
GRANT EXECUTE ON FUNCTION pg_reload_conf() TO elastigres;
GRANT pg_read_all_settings TO elastigres;
