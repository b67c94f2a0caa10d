package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FailedThreadsTest {
    private final Thread.UncaughtExceptionHandler before =
            Thread.getDefaultUncaughtExceptionHandler();
    @TempDir Path folder;

    @AfterEach
    void restore() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void areLoggedAndMakeTheMonitorUnready() throws Exception {
        var out = new ByteArrayOutputStream();
        ThreadFailures.watch(Log.to(out, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC()));
        var tree = new FakeKernelTree(folder).total(1024).usage(200);
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitReady();
            for (int i = 0; i < 20; i++)
                Thread.ofVirtual()
                        .name("side")
                        .start(
                                () -> {
                                    throw new ArithmeticException("long overflow");
                                })
                        .join();
            monitor.awaitUnready("thread side has failed: java.lang.ArithmeticException");
            assertThat(monitor.ownMetrics().value("elastigres_monitor_ready")).isZero();
            assertThat(ThreadFailures.problems()).hasSize(8);
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(20)
                .allMatch(line -> line.contains("\"message\":\"a thread has failed\""));
    }
}
