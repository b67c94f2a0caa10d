package dev.elastigres.protocol.monitor;

/// Protocol versions as numbers on the wire.
public final class ProtocolVersion {
    /// The version that all deployed peers support.
    public static final int V1_0 = 1;

    /// Adds details to the monitor's messages: the amount needed and its reason, the smallest
    /// acceptable size, the applied size, and the monitor's health.
    public static final int V1_1 = 2;

    private ProtocolVersion() {}

    /// Returns a readable name: `v1.1`.
    public static String name(int version) {
        return switch (version) {
            case V1_0 -> "v1.0";
            case V1_1 -> "v1.1";
            default -> "version " + version;
        };
    }

    /// Returns whether messages of `version` can have the fields of v1.1.
    public static boolean hasDetails(int version) {
        return version >= V1_1;
    }
}
