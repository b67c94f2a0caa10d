package dev.elastigres.distribution;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.distribution.training.FakeApiServer;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.harness.PageScraper;
import dev.elastigres.harness.StartedProcess;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// The training run of a node agent's AOT cache: a fake API server, a real monitor, a pod that
/// must grow, status pages and metrics.
record AgentTrainingRun() implements Payload.TrainingRun {
    private static final String READY = "pages on ";
    private static final Duration WORK_TIMEOUT = Duration.ofSeconds(20);
    /// Includes writing the cache after the agent has stopped, which takes most of the time.
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    @Override
    public void run(List<String> command) throws PackException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-training-");
            OrphanReaper.watch(folder);
            try (var cluster = FakeApiServer.start(Files.createDirectory(folder.resolve("node")));
                    var monitor =
                            MonitorProcess.start(
                                    folder.resolve("log"),
                                    cluster.monitorFlags(),
                                    Payload.ENVIRONMENT)) {
                train(command, cluster, monitor.address().port());
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException e) {
            throw new PackException.Failed("cannot prepare the training of the packed agent", e);
        } catch (MonitorConnectionException | HarnessException e) {
            throw new PackException.Failed("the packed agent does not work", e);
        }
    }

    private static void train(List<String> command, FakeApiServer cluster, int monitor)
            throws HarnessException, MonitorConnectionException, IOException, InterruptedException {
        int port = FreePorts.once();
        var agent = new ArrayList<>(command);
        agent.addAll(List.of("agent", "--addr=127.0.0.1:" + port));
        agent.addAll(cluster.agentFlags(monitor));
        var environment = new HashMap<>(Payload.ENVIRONMENT);
        environment.putAll(cluster.environment());
        try (var started = StartedProcess.run(agent, environment, line -> line.startsWith(READY));
                var scraper = PageScraper.of(List.of(port));
                var pages = new MonitorPages(new HostPort("127.0.0.1", port))) {
            // Classes that are not loaded in time are missing from the cache, which is still
            // usable.
            if (cluster.await(WORK_TIMEOUT)) pages.awaitReady(WORK_TIMEOUT);
            scraper.await();
            var _ = pages.status();
            started.stop(STOP_TIMEOUT);
        }
    }
}
