package dev.elastigres.monitor;

import java.util.Optional;

/// The version of this build.
final class Version {
    private Version() {}

    static String text() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(module -> module.rawVersion())
                .orElse("unknown");
    }
}
