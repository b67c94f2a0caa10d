package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.testbed.FakeNeonExtension;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// [ManagedCacheTest] with a Postgres that has Neon's file cache.
@NeedsPackages({"postgresql-15", "postgresql-server-dev-15", "gcc"})
class ManagedNeonCacheTest extends ManagedCacheTest {
    private static FakeNeonExtension neon;
    private static PostgresServer server;

    @BeforeAll
    static void startServer() throws Exception {
        var debian = PostgresPrograms.debian(15).orElseThrow();
        neon = FakeNeonExtension.build(debian);
        var options = PostgresServerOptions.of(debian).withSetting("max_connections", "10");
        server = PostgresServer.start(neon.loadedInto(options, 4096, 10));
    }

    @AfterAll
    static void stopServer() throws Exception {
        try (var _ = neon) {
            if (server != null) server.close();
        }
    }

    @Override
    ManagedPostgres postgres() {
        return new ManagedPostgres(server, "neon.file_cache_size_limit");
    }

    @Override
    boolean holdsMemory() {
        return true;
    }

    @Override
    Bytes fitting(Bytes usable) {
        return CacheRules.DEFAULT.size(usable);
    }
}
