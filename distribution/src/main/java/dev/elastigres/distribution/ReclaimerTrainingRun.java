package dev.elastigres.distribution;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.local.TimedLineSocket;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchListException;
import dev.elastigres.protocol.pods.WatchedContainer;
import dev.elastigres.protocol.pods.WatchedContainer.CacheMode;
import dev.elastigres.protocol.reclaim.ReclaimCodec;
import dev.elastigres.protocol.reclaim.ReclaimException;
import dev.elastigres.protocol.reclaim.ReclaimRequest;
import dev.elastigres.protocol.reclaim.ReclaimRequest.ReclaimTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The training run of the reclaimer's AOT cache: requests over its socket to free page cache of a
/// container, whose cgroup is a folder of plain files.
record ReclaimerTrainingRun() implements Payload.TrainingRun {
    private static final String READY = "listening on ";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /// Includes writing the cache after the reclaimer has stopped, which takes most of the time.
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private static final int REQUESTS = 3;
    private static final Bytes USED = Bytes.ofMebibytes(64);
    private static final Map<String, String> CGROUP_FILES =
            Map.of(
                    "memory.current",
                    USED.value() + "\n",
                    "memory.reclaim",
                    "",
                    "memory.swap.max",
                    "0\n",
                    "memory.pressure",
                    "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

    @Override
    public void run(List<String> command) throws PackException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory("elastigres-training-");
            try {
                train(command, folder);
            } finally {
                FileTrees.delete(folder);
            }
        } catch (IOException | WatchListException | ReclaimException | HarnessException e) {
            throw new PackException.Failed("the packed reclaimer does not work", e);
        }
    }

    private static void train(List<String> command, Path folder)
            throws IOException,
                    WatchListException,
                    ReclaimException,
                    HarnessException,
                    InterruptedException {
        var container =
                new WatchedContainer(
                        "7c1e", "db", "pg-0", "postgres", "ab12", CacheMode.NONE, Optional.empty());
        Path cgroup = Files.createDirectories(folder.resolve("tree/kubepods/pod7c1e/ab12"));
        for (var each : CGROUP_FILES.entrySet())
            Files.writeString(cgroup.resolve(each.getKey()), each.getValue());
        Path watchList = folder.resolve("pods.json");
        Files.writeString(watchList, WatchListCodec.encode(new WatchList(List.of(container))));
        Path socket = folder.resolve("socket");
        var program = new ArrayList<>(command);
        program.addAll(
                List.of(
                        "--socket=" + socket,
                        "--watch-list=" + watchList,
                        "--path.cgroup=" + folder.resolve("tree"),
                        "--log-format=json"));
        try (var started =
                StartedProcess.run(program, Payload.ENVIRONMENT, line -> line.startsWith(READY))) {
            for (int i = 0; i < REQUESTS; i++) ask(socket, container);
            Process process = started.process();
            process.destroy();
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0)
                throw new IOException("the reclaimer does not stop cleanly");
        }
    }

    private static void ask(Path socket, WatchedContainer container)
            throws IOException, ReclaimException {
        var request =
                new ReclaimRequest(
                        container.uid(),
                        container.container(),
                        ReclaimTarget.CONTAINER,
                        USED,
                        Bytes.ZERO,
                        TIMEOUT);
        try (var connection = TimedLineSocket.connect(socket)) {
            connection.write(ReclaimCodec.encode(request), TIMEOUT);
            var _ =
                    ReclaimCodec.decodeReply(
                            connection.read(ReclaimCodec.MAX_LINE, TIMEOUT.plus(TIMEOUT)));
        }
    }
}
