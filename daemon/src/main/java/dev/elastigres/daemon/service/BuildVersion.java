package dev.elastigres.daemon.service;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/// Which build runs.
public final class BuildVersion {
    private BuildVersion() {}

    /// The version of the build that `type` is part of: that of the module, or where it runs from a
    /// class path, that of the jar.
    public static String of(Class<?> type) {
        return Optional.ofNullable(type.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(type.getPackage().getImplementationVersion()))
                .orElse("unknown");
    }
}
