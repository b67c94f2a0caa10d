package dev.elastigres.distribution;

import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// The payloads of the node's image: agent, monitor and reclaimer. They differ only in their main
/// class and AOT cache.
public record NodePayload(Payload agent, Payload monitor, Payload reclaimer) {

    /// Returns the payloads of this application's daemons. Payloads that are not cached are made,
    /// within two minutes.
    public static NodePayload ofThisApplication(Map<String, String> environment)
            throws PackException, InterruptedException {
        var packages = MonitorPackages.from(XdgFolders.from(environment).cache(), environment);
        return make(
                JarBundle.ofThisApplication(JarBundle.DependencyList.NODE),
                packages.cache(),
                packages.time());
    }

    /// @param cache folder of files that can be made again
    /// @param time modification time of every packed file
    static NodePayload make(JarBundle bundle, Path cache, Instant time)
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
