package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.QemuCommand;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import java.util.Optional;

/// Frequent QMP queries.
final class QemuQueries {
    /// QEMU pauses a guest whose disk has no room, instead of reporting an error to it.
    private static final String IO_ERROR = "io-error";

    private QemuQueries() {}

    /// Returns the status: `running`, `paused`, `inmigrate`, `postmigrate`, `shutdown` and so on.
    static String status(QmpClient qmp) throws QmpException, InterruptedException {
        return qmp.execute("query-status") instanceof Json.Obj status
                ? status.text("status").orElse("")
                : "";
    }

    /// Returns why QEMU has paused the guest without a command; empty if it has not.
    static Optional<String> stall(String name, String status) {
        return status.equals(IO_ERROR)
                ? Optional.of(
                        "it is paused because its disk cannot be written: free disk space on this"
                                + " host, then `elastigres vm start %s` resumes it".formatted(name))
                : Optional.empty();
    }

    /// Returns the memory that is plugged, which may differ from the requested memory.
    static Bytes plugged(QmpClient qmp) throws QmpException, InterruptedException {
        return amount(qmp, "size");
    }

    /// Returns the guest's physical address of plugged memory.
    static long address(QmpClient qmp) throws QmpException, InterruptedException {
        return amount(qmp, "memaddr").value();
    }

    static Bytes requested(QmpClient qmp) throws QmpException, InterruptedException {
        return amount(qmp, "requested-size");
    }

    static void request(QmpClient qmp, Bytes plugged) throws QmpException, InterruptedException {
        var arguments = property("requested-size").with("value", plugged.value());
        qmp.execute("qom-set", arguments);
    }

    private static Bytes amount(QmpClient qmp, String name)
            throws QmpException, InterruptedException {
        return qmp.execute("qom-get", property(name)) instanceof Json.Num number
                ? Bytes.of(number.whole().orElse(0))
                : Bytes.ZERO;
    }

    private static Json.Obj property(String name) {
        return Json.object().with("path", QemuCommand.MEMORY_DEVICE).with("property", name);
    }
}
