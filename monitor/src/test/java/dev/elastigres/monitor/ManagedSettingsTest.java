package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// [ManagedCacheTest] with a stock Postgres, whose `effective_cache_size` depends on memory.
class ManagedSettingsTest extends ManagedCacheTest {
    private static PostgresServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server =
                PostgresServer.start(
                        PostgresServerOptions.of(PostgresPrograms.embedded())
                                .withSetting("max_connections", "10"));
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) server.close();
    }

    @Override
    ManagedPostgres postgres() {
        return new ManagedPostgres(server, "effective_cache_size");
    }

    @Override
    boolean holdsMemory() {
        return false;
    }

    @Override
    Bytes fitting(Bytes usable) {
        return usable.times(0.75);
    }
}
