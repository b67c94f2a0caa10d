package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.QemuCommand;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import java.util.Optional;

/// What is asked of QEMU again and again.
final class QemuQueries {
    /// QEMU stops a guest whose disk has no room, rather than tell it of an error.
    private static final String IO_ERROR = "io-error";

    private QemuQueries() {}

    /// `running`, `paused`, `inmigrate`, `postmigrate`, `shutdown` and so on.
    static String status(QmpClient qmp) throws QmpException, InterruptedException {
        return qmp.execute("query-status") instanceof Json.Obj status
                ? status.text("status").orElse("")
                : "";
    }

    /// Why the guest stands still though nobody told it to; empty when it does not.
    static Optional<String> stall(String name, String status) {
        return status.equals(IO_ERROR)
                ? Optional.of(
                        "it stands still, for its disk cannot be written: make room on this host,"
                                + " and `elastigres vm start %s` lets it go on".formatted(name))
                : Optional.empty();
    }

    /// What is plugged now, which may be more or less than what was asked for.
    static Bytes plugged(QmpClient qmp) throws QmpException, InterruptedException {
        return amount(qmp, "size");
    }

    /// Where the guest sees plugged memory, as a physical address.
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
