package dev.elastigres.kubernetes.status;

/// Names of the agents as field managers.
final class FieldManagers {
    private static final String PREFIX = "elastigres-";

    /// Maximum length of a field manager's name in Kubernetes.
    private static final int MAX_LENGTH = 128;

    private FieldManagers() {}

    /// Returns the field manager of the agent of `node`.
    static String of(String node) {
        String name = PREFIX + node;
        if (name.length() <= MAX_LENGTH) return name;
        String hash = Integer.toHexString(node.hashCode());
        return name.substring(0, MAX_LENGTH - 1 - hash.length()) + "-" + hash;
    }
}
