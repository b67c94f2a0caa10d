package dev.elastigres.vm;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import java.time.Duration;
import java.util.List;

/// A running guest written to somewhere, with QEMU's `migrate`.
final class MigrationStreams {
    /// No limit worth the name: it all stays on this host.
    private static final long BANDWIDTH_BYTES_PER_SECOND = 100L << 30;

    private static final long DOWNTIME_LIMIT_MS = 50;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private MigrationStreams() {}

    /// How it went.
    /// @param downtime between the guest's last instruction here and the end of the stream
    record StreamResult(Duration total, Duration downtime) {}

    /// Sets what a stream can do; an earlier stream of the same QEMU may have left it otherwise.
    /// @param answered whether the other end can answer: a QEMU can, a file cannot
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

    /// Sends everything to `uri`.
    /// @throws VmException.Failed when it did not get through in time; the stream is cancelled then
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
                                "QEMU could not send it: "
                                        + info.text("error-desc").orElse("no reason given"));
                default -> {
                    if (System.nanoTime() - deadline > 0) {
                        qmp.execute("migrate_cancel");
                        throw new VmException.Failed(
                                "it took longer than " + within.toSeconds() + " s");
                    }
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Duration milliseconds(Json.Obj info, String name) {
        return Duration.ofMillis(info.whole(name).orElse(0));
    }

    /// Lets a guest that was sent away, or was about to be, go on here.
    static void goOn(QmpClient qmp, String name, Duration within)
            throws VmException, QmpException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            String status = QemuQueries.status(qmp);
            if (status.equals("running")) return;
            // The last part of a stream holds the guest until the stream has ended, one way or
            // another.
            qmp.execute(status.equals("finish-migrate") ? "migrate_cancel" : "cont");
            if (System.nanoTime() - deadline > 0)
                throw new VmException.Failed(
                        QemuQueries.stall(name, status).orElse("the guest stays " + status));
            Thread.sleep(PAUSE);
        }
    }
}
