package dev.elastigres.monitor.cpu;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.monitor.cpu.CpuSwitches.CpuCounts;
import java.util.function.UnaryOperator;

/// The page `/cpu`: reads and sets the number of online CPUs, in thousandths of a CPU.
public final class CpuPage {
    private static final int THOUSANDTHS = 1000;
    private static final int MAX = 10_000 * THOUSANDTHS;

    private final CpuSwitches cpus;
    private final Log log;

    public CpuPage(CpuSwitches cpus, Log log) {
        this.cpus = cpus;
        this.log = log;
    }

    /// Returns the page's routes.
    ///
    /// @param guarded wraps a handler so that it rejects clients that may not switch CPUs
    public Routes routes(UnaryOperator<Handler> guarded) {
        return Routes.NONE
                .with("/cpu", guarded.apply(_ -> get()))
                .withPut("/cpu", guarded.apply(this::put));
    }

    private Response get() {
        try {
            return number(cpus.count());
        } catch (CpuException e) {
            return failed(e);
        }
    }

    private Response put(Request request) {
        int thousandths;
        try {
            thousandths = Integer.parseInt(request.body().strip());
        } catch (NumberFormatException _) {
            thousandths = 0;
        }
        if (thousandths < 1 || thousandths > MAX)
            return Response.text(
                    400, "give a whole number of thousandths of a CPU, from 1 to " + MAX);
        // A fraction of a CPU requires a whole one; the hypervisor limits its time.
        return switchTo(Math.ceilDiv(thousandths, THOUSANDTHS));
    }

    private Response switchTo(int wanted) {
        try {
            CpuCounts before = cpus.count();
            CpuCounts now = cpus.switchTo(wanted);
            if (before.online() != now.online())
                log.info("CPUs switched", "from", before.online(), "to", now.online());
            if (now.online() == wanted) return number(now);
            return Response.text(
                    409,
                    "%d of %d CPUs are switched on, and there are %d"
                            .formatted(now.online(), wanted, now.present()));
        } catch (CpuException e) {
            return failed(e);
        }
    }

    private static Response number(CpuCounts count) {
        String body = Integer.toString(count.online() * THOUSANDTHS);
        return new Response(200, "text/plain; charset=utf-8", body);
    }

    private Response failed(CpuException e) {
        log.error("CPUs cannot be switched", "error", e);
        return Response.text(500, String.valueOf(e.getMessage()));
    }
}
