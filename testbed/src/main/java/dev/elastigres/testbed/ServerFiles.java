package dev.elastigres.testbed;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The files of one server, in one temporary folder.
record ServerFiles(PostgresServerOptions options, ServerAccount account, Path home, int port) {
    static final String SUPERUSER = "postgres";

    /// Default settings for a small server without durability, because its data need not survive a
    /// crash of the machine. POSIX shared memory is not used, so that nothing remains outside the
    /// folder.
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "fsync", "off",
                    "synchronous_commit", "off",
                    "full_page_writes", "off",
                    "shared_buffers", "16MB",
                    "max_wal_size", "128MB",
                    "dynamic_shared_memory_type", "mmap",
                    "log_line_prefix", "'%m [%p] '",
                    "listen_addresses", "'127.0.0.1'");

    static ServerFiles create(PostgresServerOptions options) throws TestbedException {
        Path home = null;
        try {
            ServerAccount account = ServerAccount.current();
            home = Files.createTempDirectory("elastigres-postgres-");
            OrphanReaper.watch(home);
            var cluster = new ServerFiles(options, account, home, FreePorts.once());
            cluster.initialize();
            return cluster;
        } catch (IOException | TestbedException e) {
            try {
                if (home != null) FileTrees.delete(home);
            } catch (IOException deletion) {
                e.addSuppressed(deletion);
            }
            throw new TestbedException(
                    "cannot create a cluster for " + options.distribution().name(), e);
        }
    }

    Path data() {
        return home.resolve("data");
    }

    Path socketFolder() {
        return home.resolve("socket");
    }

    Path log() {
        return home.resolve("log");
    }

    Path program(String name) {
        return options.distribution().bin().resolve(name);
    }

    private void initialize() throws IOException, TestbedException {
        account.own(home);
        account.own(Files.createDirectory(socketFolder()));
        Path passwordFile = home.resolve("password");
        var command =
                new ArrayList<>(
                        List.of(
                                program("initdb").toString(),
                                "--pgdata=" + data(),
                                "--username=" + SUPERUSER,
                                "--auth="
                                        + (options.password().isPresent()
                                                ? "scram-sha-256"
                                                : "trust"),
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-sync"));
        if (options.password().isPresent()) {
            Files.createFile(
                    passwordFile,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwordFile, options.password().get() + "\n");
            account.own(passwordFile);
            command.add("--pwfile=" + passwordFile);
        }
        ToolRunner.run("initdb", home, account.command(command));
        Files.deleteIfExists(passwordFile);
        Files.writeString(
                data().resolve("postgresql.conf"), configuration(), StandardOpenOption.APPEND);
    }

    private String configuration() {
        Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", "'" + socketFolder() + "'");
        options.settings().forEach((name, value) -> all.put(name, quoted(value)));
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /// Returns the end of the server's log, for messages.
    String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            int from = Math.max(0, lines.size() - 12);
            return String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }

    /// Removes all files, and what a killed server leaves in the kernel: the small System V segment
    /// that protects its data directory.
    void delete() throws TestbedException {
        try {
            Path pidFile = data().resolve("postmaster.pid");
            if (Files.exists(pidFile)) removeSegment(Files.readAllLines(pidFile));
            FileTrees.delete(home);
        } catch (IOException e) {
            throw new TestbedException("cannot remove " + home, e);
        }
    }

    private static void removeSegment(List<String> pidFile) {
        if (pidFile.size() < 7) return;
        String[] keyAndId = pidFile.get(6).strip().split(" +", -1);
        if (keyAndId.length != 2) return;
        try {
            ToolRunner.run("ipcrm", Path.of("/"), List.of("ipcrm", "-m", keyAndId[1]));
        } catch (TestbedException _) {
            // Without util-linux, the segment of 56 bytes remains until the next boot.
        }
    }
}
