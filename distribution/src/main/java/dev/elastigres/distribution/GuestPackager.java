package dev.elastigres.distribution;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.MonitorPackager;
import java.nio.file.Path;

/// Packs the monitor of this build for a guest's image.
public final class GuestPackager implements MonitorPackager {
    public GuestPackager() {}

    @Override
    public Path pack(Path cache) throws VmException, InterruptedException {
        try {
            return MonitorPackages.from(cache, System.getenv()).debian();
        } catch (PackException e) {
            throw switch (e) {
                case PackException.Refused _ ->
                        new VmException.Refused(String.valueOf(e.getMessage()));
                case PackException.Failed _ -> new VmException.Failed("cannot pack the monitor", e);
            };
        }
    }
}
