package dev.elastigres.kubernetes.status;

/// The names by which agents own what they write.
final class Managers {
    private static final String PREFIX = "elastigres-";

    /// Kubernetes takes no longer ones.
    private static final int LONGEST = 128;

    private Managers() {}

    /// Of the agent of `node`.
    static String of(String node) {
        String name = PREFIX + node;
        if (name.length() <= LONGEST) return name;
        String hash = Integer.toHexString(node.hashCode());
        return name.substring(0, LONGEST - 1 - hash.length()) + "-" + hash;
    }
}
