package dev.elastigres.kubernetes.targets;

/// What of Postgres' memory follows the size, as the monitor names it.
public enum CacheKind {
    NONE,
    SETTINGS,
    NEON,
    AUTO
}
