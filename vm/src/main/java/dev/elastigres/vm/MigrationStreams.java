package dev.elastigres.vm;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import java.time.Duration;
import java.util.List;

/// Writes a running guest to a target with QEMU's `migrate`.
final class MigrationStreams {
    /// Effectively unlimited, because the transfer stays on this host.
    private static final long BANDWIDTH_BYTES_PER_SECOND = 100L << 30;

    private static final long DOWNTIME_LIMIT_MS = 50;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private MigrationStreams() {}

    /// Times of a transfer.
    ///
    /// @param total duration of the transfer
    /// @param downtime time between the last instruction of the guest at the source and the end of
    ///     the stream
    record StreamResult(Duration total, Duration downtime) {}

    /// Sets the capabilities of the next stream; an earlier stream of the same QEMU may have set
    /// others.
    ///
    /// @param answered whether the receiver can answer; a QEMU can, a file cannot
    static void prepare(QmpClient qmp, boolean answered) throws QmpException, InterruptedException {
        var capabilities =
                List.of(capability("return-path", answered), capability("auto-converge", answered));
        qmp.execute(
                "migrate-set-capabilities",
                Json.object().with("capabilities", new Json.Arr(capabilities)));
    }

    private static Json capability(String name, boolean on) {
        return Json.object().with("capability", name).with("state", on);
    }

    /// Sends the guest to `uri`.
    ///
    /// @throws VmException.Failed if QEMU reports a failure or the timeout ends, which cancels the
    ///     stream
    static StreamResult write(QmpClient qmp, String uri, Duration within)
            throws VmException, QmpException, InterruptedException {
        qmp.execute(
                "migrate-set-parameters",
                Json.object()
                        .with("max-bandwidth", BANDWIDTH_BYTES_PER_SECOND)
                        .with("downtime-limit", DOWNTIME_LIMIT_MS));
        qmp.execute("migrate", Json.object().with("uri", uri));
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            var info =
                    qmp.execute("query-migrate") instanceof Json.Obj object
                            ? object
                            : Json.object();
            switch (info.text("status").orElse("")) {
                case "completed" -> {
                    return new StreamResult(
                            milliseconds(info, "total-time"), milliseconds(info, "downtime"));
                }
                case "failed", "cancelled" ->
                        throw new VmException.Failed(
                                "QEMU could not send the guest: "
                                        + info.text("error-desc").orElse("no reason given"));
                default -> {
                    if (System.nanoTime() - deadline > 0) {
                        qmp.execute("migrate_cancel");
                        throw new VmException.Failed(
                                "the transfer took longer than " + within.toSeconds() + " s");
                    }
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Duration milliseconds(Json.Obj info, String name) {
        return Duration.ofMillis(info.whole(name).orElse(0));
    }

    /// Resumes a guest here that was sent away or was about to be.
    static void goOn(QmpClient qmp, String name, Duration within)
            throws VmException, QmpException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            String status = QemuQueries.status(qmp);
            if (status.equals("running")) return;
            // The guest is paused during the last part of a stream, until the stream has completed
            // or failed.
            qmp.execute(status.equals("finish-migrate") ? "migrate_cancel" : "cont");
            if (System.nanoTime() - deadline > 0)
                throw new VmException.Failed(
                        QemuQueries.stall(name, status).orElse("the guest stays " + status));
            Thread.sleep(PAUSE);
        }
    }
}
