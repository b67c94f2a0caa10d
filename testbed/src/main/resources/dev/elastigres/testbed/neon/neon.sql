CREATE SCHEMA neon;

CREATE FUNCTION neon.statistics(OUT lfc_key text, OUT lfc_value bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'neon_statistics' LANGUAGE C PARALLEL SAFE;

CREATE FUNCTION neon.set_statistics(
    hits bigint, misses bigint, writes bigint, used bigint, working_set integer) RETURNS void
    AS 'MODULE_PATHNAME', 'neon_set_statistics' LANGUAGE C STRICT;

CREATE VIEW neon.neon_lfc_stats AS SELECT lfc_key, lfc_value FROM neon.statistics();

CREATE FUNCTION neon.approximate_working_set_size_seconds(duration integer DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME', 'approximate_working_set_size_seconds' LANGUAGE C PARALLEL SAFE;

GRANT USAGE ON SCHEMA neon TO pg_monitor;
GRANT SELECT ON neon.neon_lfc_stats TO pg_monitor;
