package dev.elastigres.kubernetes.status;

/// The names by which agents own what they write.
final class FieldManagers {
    private static final String PREFIX = "elastigres-";

    /// Kubernetes takes no longer ones.
    private static final int MAX_LENGTH = 128;

    private FieldManagers() {}

    /// Of the agent of `node`.
    static String of(String node) {
        String name = PREFIX + node;
        if (name.length() <= MAX_LENGTH) return name;
        String hash = Integer.toHexString(node.hashCode());
        return name.substring(0, MAX_LENGTH - 1 - hash.length()) + "-" + hash;
    }
}
