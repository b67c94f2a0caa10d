package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program that is ready to run: jars, Java runtime, JVM options, and an AOT cache of the
/// classes that it needs. The folder may be moved, but its contents and their modification times
/// must not change: the AOT cache would be invalid.
///
/// @param folder of all these files
/// @param kind of the program
public record Payload(Path folder, PayloadKind kind) {
    static final String JARS = "lib";
    static final String RUNTIME = "runtime";
    static final String OPTIONS = "java.options";
    static final String CLASSES = "classes.aot";

    /// Environment of the process that runs the payload: one malloc arena, because a small process
    /// gains nothing from more.
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    /// Shell command that opens the folder of the jars as file descriptor 9, then executes its
    /// arguments.
    private static final String OPEN = "exec 9<\"$0\" && exec \"$@\"";
    /// The path of the opened folder. The AOT cache contains the paths of the jars; if a path does
    /// not exist, Java searches for the jar again with every class. This path is valid wherever
    /// the folder is.
    private static final String OPENED = "/proc/self/fd/9/";
    private static final Duration MAKE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration RUN_TIMEOUT = Duration.ofSeconds(60);

    /// The programs that are packed.
    public enum PayloadKind {
        MONITOR("monitor", "dev.elastigres.monitor.Main", OPTIONS),
        /// The installed command, with the agent of a host.
        COMMAND("command", "dev.elastigres.cli.Main", "command.options"),
        /// The agent of a node, for the image; also the command line that controls agents.
        NODE("node", "dev.elastigres.node.NodeMain", "node.options"),
        /// The monitor of a node. It has the same jars and runtime, but its own AOT cache, because
        /// a process maps the whole cache into its memory.
        NODE_MONITOR("pods-monitor", "dev.elastigres.monitor.Main", "node.options"),
        /// The reclaimer of a node, likewise with its own AOT cache.
        NODE_RECLAIMER("pods-reclaimer", "dev.elastigres.reclaimer.Main", "node.options");

        private final String title;
        private final String main;
        private final String options;

        PayloadKind(String title, String main, String options) {
            this.title = title;
            this.main = main;
            this.options = options;
        }

        String main() {
            return main;
        }

        /// Prefix of the names of cached files that are made from one state of the program.
        String prefix() {
            return title + "-";
        }

        /// Returns the prefix of the jars' paths at run time; empty if the native launcher sets
        /// the class path.
        private String jars() {
            return switch (this) {
                case MONITOR, COMMAND -> OPENED;
                case NODE, NODE_MONITOR, NODE_RECLAIMER -> "";
            };
        }

        /// Returns the JVM options, except for the AOT cache.
        String options() {
            return DebianPackage.resource(options);
        }
    }

    /// Runs a new payload through its typical work, while the JVM records the classes that it
    /// loads.
    interface TrainingRun {
        /// @param command that starts the program, without the program's own flags
        void run(List<String> command) throws PackException, InterruptedException;
    }

    /// Returns the payload of `jars` and `runtime`, and makes it below `cache` if it does not
    /// exist. The folder is moved into place atomically.
    ///
    /// @param time modification time of all its files; the AOT cache identifies the jars by it
    static Payload make(
            PayloadKind kind,
            List<Path> jars,
            Path runtime,
            Path cache,
            Instant time,
            TrainingRun training)
            throws PackException, InterruptedException {
        try {
            Files.createDirectories(cache);
            Path folder = cache.resolve(kind.prefix() + identity(kind, jars, runtime, time));
            var payload = new Payload(folder, kind);
            var retention = new CacheRetention(cache, kind.prefix(), "");
            if (!retention.use(folder)) {
                payload.build(jars, runtime, time, training);
                retention.prune(Instant.now());
            }
            return payload;
        } catch (IOException e) {
            throw new PackException.Failed(
                    "cannot make the %s's payload in %s".formatted(kind.title, cache), e);
        }
    }

    private void build(List<Path> jars, Path runtime, Instant time, TrainingRun training)
            throws IOException, PackException, InterruptedException {
        Path work = Files.createTempDirectory(folder.getParent(), "." + kind.prefix());
        try {
            var fresh = new Payload(Files.createDirectory(work.resolve(kind.title)), kind);
            fresh.fill(jars, runtime);
            fresh.setTimes(time);
            Path notes = work.resolve("notes");
            String known = "-XX:AOTConfiguration=" + notes;
            training.run(fresh.command("-XX:AOTMode=record", known));
            if (!Files.isRegularFile(notes))
                throw new PackException.Failed(
                        "the %s's training run recorded no classes".formatted(kind.title));
            // In a single step Java would start a child process that does not inherit file
            // descriptor 9.
            fresh.make(known);
            fresh.setTimes(time);
            Files.move(fresh.folder, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A concurrent build of the same payload may have been faster.
            if (!Files.isDirectory(folder)) throw e;
        } finally {
            FileTrees.delete(work);
        }
    }

    /// Creates the AOT cache from the recorded classes.
    private void make(String known) throws IOException, PackException, InterruptedException {
        Path classes = folder.resolve(CLASSES);
        var builder =
                new ProcessBuilder(command("-XX:AOTMode=create", known, "-XX:AOTCache=" + classes))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(ENVIRONMENT);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(MAKE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0 || !Files.isRegularFile(classes))
                throw new PackException.Failed("Java did not create the AOT cache");
        } finally {
            process.destroyForcibly();
        }
    }

    private void fill(List<Path> jars, Path runtime) throws IOException {
        Files.createDirectory(folder.resolve(JARS));
        for (Path jar : jars)
            Files.copy(jar, folder.resolve(JARS).resolve(jar.getFileName().toString()));
        for (Path file : below(runtime))
            Files.copy(
                    file,
                    folder.resolve(RUNTIME).resolve(runtime.relativize(file).toString()),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        Files.writeString(folder.resolve(OPTIONS), kind.options());
    }

    private void setTimes(Instant time) throws IOException {
        for (Path file : below(folder))
            if (!Files.isSymbolicLink(file)) Files.setLastModifiedTime(file, FileTime.from(time));
    }

    /// Lists all files below `root` in a fixed order, folders before their contents.
    private static List<Path> below(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Returns twelve hexadecimal digits of a digest of all inputs of the payload.
    private static String identity(PayloadKind kind, List<Path> jars, Path runtime, Instant time)
            throws IOException {
        MessageDigest digest = sha256();
        for (Path jar : jars) {
            digest.update(jar.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(jar));
        }
        String rest =
                runtime.getFileName() + "\0" + time + "\0" + kind.jars() + "\0" + kind.options();
        digest.update(rest.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Returns the command that starts the program; the program's own flags follow it.
    public List<String> command() {
        return command("-XX:AOTCache=" + folder.resolve(CLASSES));
    }

    private List<String> command(String... options) {
        var command =
                new ArrayList<>(List.of("/bin/sh", "-c", OPEN, folder.resolve(JARS).toString()));
        command.addAll(java());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath(), kind.main));
        return command;
    }

    /// Runs the program until it ends, and returns its output.
    ///
    /// @param arguments of the program
    /// @throws PackException.Failed if it does not end in time, or not with exit code 0
    String output(List<String> arguments) throws IOException, PackException, InterruptedException {
        var command = new ArrayList<>(command());
        command.addAll(arguments);
        Path output = Files.createTempFile("elastigres-output-", ".txt");
        try {
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().putAll(ENVIRONMENT);
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(RUN_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        || process.exitValue() != 0)
                    throw new PackException.Failed(
                            "the packed %s does not run: %s"
                                    .formatted(kind.title, Files.readString(output).strip()));
                return Files.readString(output);
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(output);
        }
    }

    /// Returns the command of the Java runtime with the options for a small process, without the
    /// program.
    public List<String> java() {
        return List.of(
                folder.resolve(RUNTIME).resolve("bin/java").toString(),
                "@" + folder.resolve(OPTIONS));
    }

    /// Returns the class path, sorted by name: the AOT cache is valid for this order only.
    private String classPath() {
        try (Stream<Path> jars = Files.list(folder.resolve(JARS))) {
            return jars.map(
                            jar ->
                                    kind.jars().isEmpty()
                                            ? jar
                                            : Path.of(kind.jars()).resolve(jar.getFileName()))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException("the payload's files are missing", e);
        }
    }
}
