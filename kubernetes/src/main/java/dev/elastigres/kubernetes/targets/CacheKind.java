package dev.elastigres.kubernetes.targets;

/// The memory of Postgres that follows the pod's size, in the monitor's terms.
public enum CacheKind {
    NONE,
    SETTINGS,
    NEON,
    AUTO
}
