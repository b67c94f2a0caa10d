package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.net.InetSocketAddress;

/// Serves permits to agents: v5.0 of the protocol on any path. It has the ledger, which the
/// embedding program fills from the objects of the cluster through [#ledger].
public final class PermitEndpoint implements AutoCloseable {
    /// The port on which agents expect the scheduler.
    public static final int PORT = 10_299;

    /// Maximum length of a request in bytes. Deployed schedulers read 1024.
    private static final int MAX_REQUEST = 8 << 10;

    /// Maximum number of requests that are answered at the same time.
    private static final int MAX_REQUESTS = 4096;

    private final LedgerOwner owner;
    private final PermitWriter writer;
    private final PermitCounters counters = new PermitCounters();
    private final HttpServer server;

    private PermitEndpoint(
            InetSocketAddress address,
            EndpointGuards guards,
            LedgerRules rules,
            PermitStore store,
            LedgerOwner.WakeUpListener listener,
            Log log)
            throws ListenException {
        owner = new LedgerOwner(rules, listener);
        writer = new PermitWriter(owner, store, log);
        var handler = guards.access().apply(new PermitHandler(owner, writer, counters, log));
        try {
            server =
                    HttpServer.start(
                            address,
                            guards.encryption(),
                            guards.hosts(),
                            Routes.NONE.withCatchAll(MAX_REQUEST, handler),
                            ServerLimits.DEFAULT.withPendingConnections(MAX_REQUESTS),
                            (what, who, e) -> log.warn(what, "peer", who, "error", e));
        } catch (ListenException e) {
            writer.close();
            owner.close();
            throw e;
        }
    }

    /// Starts the endpoint with an empty ledger. Until that is rebuilt, requests are answered with
    /// status 503.
    ///
    /// @param address the address to listen on; port 0 selects a free one
    /// @param guards access checks
    /// @param store stores permits before they are answered
    /// @param listener receives the VMs for which room became free
    /// @throws ListenException if the address cannot be listened on
    public static PermitEndpoint start(
            InetSocketAddress address,
            EndpointGuards guards,
            LedgerRules rules,
            PermitStore store,
            LedgerOwner.WakeUpListener listener,
            Log log)
            throws ListenException {
        return new PermitEndpoint(address, guards, rules, store, listener, log);
    }

    /// Returns the address that the endpoint listens on, with the actual port.
    public InetSocketAddress address() {
        return server.address();
    }

    /// Returns the ledger.
    public LedgerOwner ledger() {
        return owner;
    }

    /// Writes the metrics of permits and nodes.
    public void writeMetrics(MetricsWriter page, RebalanceRules rules)
            throws LedgerBusyException, InterruptedException {
        counters.write(page, owner.usages(), rules.watermark());
    }

    @Override
    public void close() {
        server.close();
        writer.close();
        owner.close();
    }
}
