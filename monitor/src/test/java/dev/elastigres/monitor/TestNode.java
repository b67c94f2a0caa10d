package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.pods.FakeContainer;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// A complete monitor of a fake Kubernetes node in this JVM, and the agent's watch list.
final class TestNode implements AutoCloseable {
    private static final String UID = "8f6c6a4e-1f0b-4b5e-9c53-";

    private final Path folder;
    private final NodeMonitor monitor;
    private final ByteArrayOutputStream log;

    private TestNode(Path folder, NodeMonitor monitor, ByteArrayOutputStream log) {
        this.folder = folder;
        this.monitor = monitor;
        this.log = log;
    }

    /// @param flags added to the defaults of these tests
    static TestNode start(Path folder, String... flags) throws Exception {
        Files.createDirectories(folder.resolve("cgroup"));
        Files.writeString(
                folder.resolve("meminfo"), "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
        Files.writeString(folder.resolve("stat"), "cpu 1\ncpu0 1\ncpu1 1\nintr 1\n");
        Files.writeString(folder.resolve("uptime"), "1000.00 1.00\n");
        var all =
                new ArrayList<>(
                        List.of(
                                "--pods",
                                "--pods-watch-list=" + folder.resolve("pods.json"),
                                "--addr=127.0.0.1:0",
                                "--path.cgroup=" + folder.resolve("cgroup"),
                                "--path.procfs=" + folder,
                                "--cache-reload-delay=0s",
                                "--postgres-backoff-initial=20ms",
                                "--postgres-backoff-max=200ms",
                                "--postgres-probe-interval=200ms"));
        all.addAll(List.of(flags));
        MonitorConfig config = TestMonitor.config(Map.of(), all.toArray(String[]::new));
        var log = new ByteArrayOutputStream();
        var written = Log.to(log, LogFormat.JSON, LogLevel.DEBUG, Clock.systemUTC());
        return new TestNode(
                folder, NodeMonitor.start(config, config.pods().orElseThrow(), written), log);
    }

    HostPort address() {
        return monitor.address();
    }

    // ---- the node

    /// Creates a container's cgroup below the root of the tree.
    FakeContainer cgroup(String path) throws IOException {
        return FakeContainer.in(folder.resolve("cgroup").resolve(path));
    }

    static String uid(int number) {
        return UID + "%012d".formatted(number);
    }

    static String id(int number) {
        return "4e1c8a%010x".formatted(number);
    }

    /// Creates the cgroup of a container in a Burstable pod, as a kubelet with the driver cgroupfs
    /// does.
    FakeContainer cgroup(int number) throws IOException {
        return cgroup("kubepods/burstable/pod%s/%s".formatted(uid(number), id(number)));
    }

    static WatchedContainer container(int number) {
        return container(number, id(number));
    }

    static WatchedContainer container(int number, String id) {
        return new WatchedContainer(
                uid(number),
                "db",
                "pg-" + number,
                "postgres",
                id,
                WatchedContainer.CacheMode.NONE,
                Optional.empty());
    }

    static WatchedContainer managed(int number, String connection) {
        WatchedContainer plain = container(number);
        return new WatchedContainer(
                plain.uid(),
                plain.namespace(),
                plain.pod(),
                plain.container(),
                plain.id(),
                WatchedContainer.CacheMode.SETTINGS,
                Optional.of(connection));
    }

    // ---- the watch list

    TestNode watchList(WatchedContainer... containers) throws Exception {
        return watchListText(WatchListCodec.encode(new WatchList(List.of(containers))));
    }

    TestNode watchListText(String text) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, watchListFile(), StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    Path watchListFile() {
        return folder.resolve("pods.json");
    }

    // ---- the agent

    static String agentPath(WatchedContainer container) {
        return "/monitor/" + container.key();
    }

    TestAgent agent(int number) throws IOException {
        return TestAgent.greetAt(address(), agentPath(container(number)));
    }

    // ---- pages

    TestMonitor.MonitorPage get(String path) throws IOException {
        return TestMonitor.get(monitor.pagesAddress().orElse(address()), path);
    }

    ScrapedPage metrics() throws IOException {
        return new ScrapedPage(get("/metrics").body());
    }

    String log() {
        return log.toString(UTF_8);
    }

    /// Returns a value of a container in `/status`.
    Optional<Json> status(int number, String... path) throws IOException {
        try {
            Optional<Json> value = Optional.of(Json.parse(get("/status").body()));
            var names = new ArrayList<>(List.of("db/pg-" + number + "/postgres"));
            names.addAll(List.of(path));
            for (String name : names)
                value =
                        value.flatMap(
                                it ->
                                        it instanceof Json.Obj object
                                                ? object.get(name)
                                                : Optional.empty());
            return value;
        } catch (JsonException e) {
            throw new AssertionError("the status is not JSON", e);
        }
    }

    void awaitStatus(int number, Json expected, String... path) throws Exception {
        await(
                List.of(path) + " of " + number + " is " + expected,
                () -> status(number, path).equals(Optional.of(expected)));
    }

    /// Waits until the usage of the containers was sampled.
    void awaitWatched(int... numbers) throws Exception {
        for (int number : numbers)
            await(
                    number + " is watched",
                    () ->
                            status(number, "usage", "samples")
                                    .filter(
                                            it ->
                                                    it instanceof Json.Num n
                                                            && n.whole().orElse(0) >= 2)
                                    .isPresent());
    }

    void awaitCode(int code, String path) throws Exception {
        await(path + " has " + code, () -> get(path).code() == code);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, condition, () -> get("/status").body() + "\n" + log());
    }

    @Override
    public void close() {
        monitor.close();
    }
}
