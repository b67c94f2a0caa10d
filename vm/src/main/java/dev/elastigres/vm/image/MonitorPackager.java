package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/// Creates the Debian package of the monitor, which an image installs. This is a service interface;
/// the module that creates packages provides it.
public interface MonitorPackager {
    /// Returns the package's file, and creates it first if it is not in the cache.
    ///
    /// @param cache folder of files that can be recreated
    /// @throws VmException.Refused if the package cannot be created on this machine
    Path pack(Path cache) throws VmException, InterruptedException;

    /// Returns the packager on the module path or class path, if there is one.
    static Optional<MonitorPackager> find() {
        return ServiceLoader.load(MonitorPackager.class, MonitorPackager.class.getClassLoader())
                .findFirst();
    }
}
