package dev.elastigres.agent.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.page.MachineView.NamedFact;
import dev.elastigres.protocol.json.JsonException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// What the live page shows of a monitor's status page.
class MonitorDetailsTest {
    private static final String STATUS =
            "{\"ready\":true,\"last_decision\":\"agreed to 4GiB\",\"memory\":{\"threshold_bytes\":3221225472},"
                    + "\"usage\":{\"source\":\"the cgroup /db\",\"oom_kills\":2,\"average_bytes\":1610612736},"
                    + "\"cache\":{\"policy\":\"settings\",\"settings\":[{\"name\":\"effective_cache_size\","
                    + "\"wanted_bytes\":2147483648,\"actual_bytes\":1073741824},{\"name\":\"work_mem\","
                    + "\"wanted_bytes\":null,\"actual_bytes\":null}]}}";

    @Test
    void factsAreThoseThatThePageHas() throws Exception {
        assertThat(MonitorDetails.parse(STATUS).facts())
                .containsExactly(
                        new NamedFact("memory in use", "1.50GiB, asks for more from 3GiB"),
                        new NamedFact("measured at", "the cgroup /db"),
                        new NamedFact("OOM kills", "2"),
                        new NamedFact("effective_cache_size", "1GiB, should be 2GiB"),
                        new NamedFact("work_mem", "not known yet"),
                        new NamedFact("last decision", "agreed to 4GiB"));
        assertThat(MonitorDetails.parse("{}")).isEqualTo(MonitorDetails.NONE);
        assertThatThrownBy(() -> MonitorDetails.parse("[1]")).isInstanceOf(JsonException.class);
    }

    @Test
    void aLongTextIsShortened() throws Exception {
        String page = "{\"last_decision\":\"" + "x".repeat(5000) + "\"}";
        assertThat(MonitorDetails.parse(page).facts().getFirst().text()).hasSize(303);
    }

    @Test
    void aPageIsReadInTheBackgroundAndNotOften() throws Exception {
        var reads = new AtomicInteger();
        Routes routes =
                Routes.NONE.with(
                        "/status",
                        _ -> {
                            reads.incrementAndGet();
                            return Response.json(200, STATUS);
                        });
        try (HttpServer monitor =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes,
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        })) {
            URI address = URI.create("ws://" + HostPort.of(monitor.address()) + "/monitor");
            var reader = new MonitorDetailsReader(_ -> Optional.of(address));
            assertThat(reader.of("db")).isEqualTo(MonitorDetails.NONE);
            assertThat(awaitDetails(reader).facts()).hasSize(6);
            for (int i = 0; i < 50; i++) reader.of("db");
            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void aMonitorWithATokenShowsWhyItsPageIsMissing() throws Exception {
        try (HttpServer monitor =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Routes.NONE.with("/status", _ -> Response.text(401, "a token is required")),
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        })) {
            URI address = URI.create("ws://" + HostPort.of(monitor.address()) + "/monitor");
            var reader = new MonitorDetailsReader(_ -> Optional.of(address));
            assertThat(awaitDetails(reader).facts())
                    .singleElement()
                    .satisfies(it -> assertThat(it.text()).endsWith("/status answers with 401"));
        }
    }

    /// The page of a node's monitor is about all containers.
    @Test
    void thePageOfANodesMonitorIsNotRead() {
        URI node = URI.create("ws://127.0.0.1:1/monitor/uid/postgres");
        assertThat(new MonitorDetailsReader(_ -> Optional.of(node)).of("db"))
                .isEqualTo(MonitorDetails.NONE);
    }

    private static MonitorDetails awaitDetails(MonitorDetailsReader reader) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (reader.of("db").facts().isEmpty() && System.nanoTime() < deadline)
            LockSupport.parkNanos(1_000_000);
        return reader.of("db");
    }
}
