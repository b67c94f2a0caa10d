package dev.elastigres.monitor;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/// The version of this build: that of the module, or where it runs from a class path, that of the
/// jar.
final class Version {
    private Version() {}

    static String text() {
        return Optional.ofNullable(Version.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(
                        () ->
                                Optional.ofNullable(
                                        Version.class.getPackage().getImplementationVersion()))
                .orElse("unknown");
    }
}
