package dev.elastigres.cli.pack;

import dev.elastigres.vm.state.Folders;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// What runs in the image, without the image.
public final class NodePayload {
    private NodePayload() {}

    /// The daemons of this application ready to run; made within a minute unless they are there.
    public static Payload ofThisApplication(Map<String, String> environment)
            throws PackException, InterruptedException {
        var packages = MonitorPackages.from(Folders.from(environment).cache(), environment);
        return make(packages.cache(), packages.time());
    }

    /// @param cache where what can be made again is kept
    /// @param time of every file in it
    static Payload make(Path cache, Instant time) throws PackException, InterruptedException {
        NodeBundle bundle = NodeBundle.ofThisApplication();
        return Payload.make(
                Payload.Kind.NODE,
                bundle.jars(),
                bundle.runtime(cache),
                cache,
                time,
                new Rehearsal(true));
    }
}
