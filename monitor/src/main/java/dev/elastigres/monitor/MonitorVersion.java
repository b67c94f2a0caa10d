package dev.elastigres.monitor;

import dev.elastigres.daemon.service.BuildVersion;

/// The version of this build.
final class MonitorVersion {
    private MonitorVersion() {}

    static String text() {
        return BuildVersion.of(MonitorVersion.class);
    }
}
