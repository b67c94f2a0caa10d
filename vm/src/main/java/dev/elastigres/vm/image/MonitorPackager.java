package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/// Makes the monitor's Debian package, which an image installs. A service: the module that makes
/// packages provides it.
public interface MonitorPackager {
    /// Returns the package's file, made unless it is in the cache.
    ///
    /// @param cache folder of what can be made again
    /// @throws VmException.Refused if no package can be made on this machine
    Path pack(Path cache) throws VmException, InterruptedException;

    /// Returns the packager on the module path or class path, if there is one.
    static Optional<MonitorPackager> find() {
        return ServiceLoader.load(MonitorPackager.class, MonitorPackager.class.getClassLoader())
                .findFirst();
    }
}
