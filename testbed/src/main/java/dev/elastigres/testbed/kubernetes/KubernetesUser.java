package dev.elastigres.testbed.kubernetes;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// A user that the API server authenticates by a token, for the lifetime of the control plane.
record KubernetesUser(String name, List<String> groups, String token) {
    private static final int TOKEN_BYTES = 24;

    KubernetesUser {
        groups = List.copyOf(groups);
    }

    static KubernetesUser create(String name, String... groups) {
        byte[] secret = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(secret);
        return new KubernetesUser(name, List.of(groups), HexFormat.of().formatHex(secret));
    }

    /// Returns the user's line in the API server's token file.
    String line() {
        return "%s,%s,%s,\"%s\"\n".formatted(token, name, name, String.join(",", groups));
    }

    /// Returns the name, without the token.
    @Override
    public String toString() {
        return name;
    }
}
