package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.LoadBegan;
import dev.elastigres.demo.DemoEvent.LoadEnded;
import dev.elastigres.demo.DemoEvent.LoadPeaked;
import dev.elastigres.demo.DemoEvent.MemoryGrew;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Queries whose memory really grows: clients that open one sorted report after the other and read
/// only its first line. Postgres keeps all sorted rows until the clients disconnect.
final class QueryLoad {
    private static final int CLIENTS = 4;
    private static final Bytes REPORT_STEP = Bytes.ofMebibytes(100);

    /// A report sorts this number of rows of 1 KiB.
    private static final int LINES = 8 * 1024;

    private final DemoDatabase database;
    private final DemoScript script;
    private final MemoryProbe memory;
    private final EventJournal journal;
    private final CountDownLatch released = new CountDownLatch(1);

    QueryLoad(DemoDatabase database, DemoScript script, MemoryProbe memory, EventJournal journal) {
        this.database = database;
        this.script = script;
        this.memory = memory;
        this.journal = journal;
    }

    /// Grows until Postgres uses the script's maximum, then holds the memory until [#release].
    void run() throws InterruptedException, DemoException {
        var clients = new ArrayList<Connection>();
        try {
            for (int i = 0; i < CLIENTS; i++) clients.add(client());
            journal.add(new LoadBegan(CLIENTS));
            grow(clients);
            journal.add(new LoadPeaked(memory.used()));
            released.await();
        } finally {
            clients.forEach(QueryLoad::close);
        }
        journal.add(new LoadEnded());
    }

    /// Releases all memory.
    void release() {
        released.countDown();
    }

    private Connection client() throws DemoException {
        Connection connection = database.connect();
        try (var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET work_mem = '1GB'");
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw new DemoException("cannot prepare a client of the load", e);
        }
    }

    private void grow(List<Connection> clients) throws InterruptedException, DemoException {
        Bytes reported = memory.used();
        for (int report = 0; memory.used().isLessThan(script.top()); report++) {
            if (report == script.maxReports())
                throw new DemoException(
                        "the load does not fill memory: Postgres uses only " + memory.used());
            open(clients.get(report % CLIENTS), report);
            if (!memory.used().isLessThan(reported.plus(REPORT_STEP))) {
                reported = memory.used();
                journal.add(new MemoryGrew(reported, memory.threshold()));
            }
            Thread.sleep(script.betweenReports());
        }
    }

    private static void open(Connection client, int report) throws DemoException {
        String name = "report_" + report;
        try (var statement = client.createStatement()) {
            statement.execute(
                    "DECLARE "
                            + name
                            + " CURSOR FOR SELECT repeat(md5(n::text), 32) AS line"
                            + " FROM generate_series(1, "
                            + LINES
                            + ") AS n ORDER BY line");
            statement.execute("FETCH 1 FROM " + name);
        } catch (SQLException e) {
            throw new DemoException("a query of the load failed", e);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException _) {
            // The server has closed the connection already.
        }
    }
}
