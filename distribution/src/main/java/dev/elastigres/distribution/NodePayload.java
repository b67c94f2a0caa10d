package dev.elastigres.distribution;

import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// What runs in the image, without the image. The two differ in their caches of classes alone.
public record NodePayload(Payload agent, Payload monitor, Payload reclaimer) {

    /// The daemons of this application ready to run; made within two minutes unless they are
    /// there.
    public static NodePayload ofThisApplication(Map<String, String> environment)
            throws PackException, InterruptedException {
        var packages = MonitorPackages.from(XdgFolders.from(environment).cache(), environment);
        return make(NodeBundle.ofThisApplication(), packages.cache(), packages.time());
    }

    /// @param cache where what can be made again is kept
    /// @param time of every file in it
    static NodePayload make(NodeBundle bundle, Path cache, Instant time)
            throws PackException, InterruptedException {
        Path runtime = bundle.runtime(cache);
        return new NodePayload(
                Payload.make(
                        Payload.PayloadKind.NODE,
                        bundle.jars(),
                        runtime,
                        cache,
                        time,
                        new AgentTrainingRun()),
                Payload.make(
                        Payload.PayloadKind.NODE_MONITOR,
                        bundle.jars(),
                        runtime,
                        cache,
                        time,
                        new MonitorTrainingRun(true)),
                Payload.make(
                        Payload.PayloadKind.NODE_RECLAIMER,
                        bundle.jars(),
                        runtime,
                        cache,
                        time,
                        new ReclaimerTrainingRun()));
    }
}
