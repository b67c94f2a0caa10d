package dev.elastigres.inspect.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Postgres server of this host: a process `postgres` whose parent is another program.
///
/// @param pid process ID of the postmaster
/// @param dataDirectory its working directory, as the server sees it: in a container, a path of the
///     container; empty if this user may not read it
/// @param cgroup path of its cgroup below the root of the v2 hierarchy; empty if it has none
/// @param port TCP port in its `postmaster.pid`; empty if this user may not read it
public record RunningPostgres(
        long pid, Optional<Path> dataDirectory, Optional<String> cgroup, OptionalInt port) {
    private static final Set<String> PROGRAMS = Set.of("postgres", "postmaster");
    /// Index of the line of `postmaster.pid` that contains the port.
    private static final int PORT_LINE = 3;
    private static final long MAX_PID_FILE = 4096;

    private static final Pattern PARENT = Pattern.compile("(?m)^PPid:\\s+(\\d{1,10})$");
    private static final Pattern CGROUP_V2 = Pattern.compile("(?m)^0::/(.*)$");

    /// Directories of systemd in which sessions and their processes share a cgroup.
    private static final Pattern SHARED =
            Pattern.compile("|.*\\.slice|.*session-[^/]*\\.scope|init\\.scope");

    /// Returns the servers of this host, by process ID.
    ///
    /// @param proc usually `/proc`
    public static List<RunningPostgres> findAll(Path proc) {
        var found = new ArrayList<RunningPostgres>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path each : processes) {
                if (!isPostgres(each)) continue;
                Optional<Path> parent = find(each.resolve("status"), PARENT).map(proc::resolve);
                if (parent.filter(RunningPostgres::isPostgres).isEmpty()) found.add(of(each));
            }
        } catch (IOException _) {
            // Without procfs no process is found.
        }
        found.sort(Comparator.comparing(RunningPostgres::pid));
        return found;
    }

    private static RunningPostgres of(Path process) {
        return new RunningPostgres(
                Long.parseLong(process.getFileName().toString()),
                link(process.resolve("cwd")),
                find(process.resolve("cgroup"), CGROUP_V2),
                port(process.resolve("cwd/postmaster.pid")));
    }

    /// Returns whether the cgroup is that of the server's systemd unit or container, and not of a
    /// login session or a whole slice.
    public boolean hasOwnCgroup() {
        return cgroup.filter(it -> !SHARED.matcher(it).matches()).isPresent();
    }

    /// Reads the port through the process's directory, which also leads into a container.
    private static OptionalInt port(Path file) {
        try {
            // Any user may run a program of this name, in any directory.
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_PID_FILE)
                return OptionalInt.empty();
            List<String> lines = Files.readAllLines(file);
            return lines.size() > PORT_LINE
                    ? OptionalInt.of(Integer.parseInt(lines.get(PORT_LINE).strip()))
                    : OptionalInt.empty();
        } catch (IOException | NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    private static boolean isPostgres(Path process) {
        try {
            return PROGRAMS.contains(Files.readString(process.resolve("comm")).strip());
        } catch (IOException _) {
            return false;
        }
    }

    private static Optional<Path> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> find(Path file, Pattern pattern) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(file));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
