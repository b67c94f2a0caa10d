package dev.elastigres.daemon.service;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/// The version of the running build.
public final class BuildVersion {
    private BuildVersion() {}

    /// Returns the version of the build that contains `type`: that of the module, or on a class
    /// path that of the jar.
    ///
    /// @param type a class of the build
    public static String of(Class<?> type) {
        return Optional.ofNullable(type.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(type.getPackage().getImplementationVersion()))
                .orElse("unknown");
    }
}
