package dev.elastigres.monitor;

import dev.elastigres.daemon.service.BuildVersion;

/// The version of this build.
final class Version {
    private Version() {}

    static String text() {
        return BuildVersion.of(Version.class);
    }
}
