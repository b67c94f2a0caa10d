package dev.elastigres.testbed.kubernetes;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// Somebody whom the API server knows by a token, until the control plane ends.
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

    /// Its line in the API server's file of tokens.
    String line() {
        return "%s,%s,%s,\"%s\"\n".formatted(token, name, name, String.join(",", groups));
    }

    /// Without the token.
    @Override
    public String toString() {
        return name;
    }
}
