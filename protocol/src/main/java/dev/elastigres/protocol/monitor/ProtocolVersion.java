package dev.elastigres.protocol.monitor;

/// The versions of the protocol, as numbers on the wire.
public final class ProtocolVersion {
    /// What all deployed peers speak.
    public static final int V1_0 = 1;

    /// Monitors say how much they need and why, what they would accept, what they have applied and
    /// how they are.
    public static final int V1_1 = 2;

    private ProtocolVersion() {}

    /// For people: `v1.1`.
    public static String name(int version) {
        return switch (version) {
            case V1_0 -> "v1.0";
            case V1_1 -> "v1.1";
            default -> "version " + version;
        };
    }

    /// Whether messages of `version` can have the fields that came with v1.1.
    public static boolean hasDetails(int version) {
        return version >= V1_1;
    }
}
