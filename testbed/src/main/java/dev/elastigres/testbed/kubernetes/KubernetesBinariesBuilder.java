package dev.elastigres.testbed.kubernetes;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.ParentBoundProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Builds missing projects, one after the other. A project's folder is renamed to its final name
/// after all its programs are built. A second builder waits for the first and finds its results. An
/// interrupted build continues where it stopped, because Go caches compiled packages.
///
/// @param folder folder of the projects
/// @param go the Go toolchain
/// @param progress receives progress lines for users
record KubernetesBinariesBuilder(Path folder, GoToolchain go, Consumer<String> progress) {
    private static final Duration STEP_TIMEOUT = Duration.ofMinutes(60);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String WORK = ".build-";
    private static final int MAX_KEPT_LINES = 12;
    private static final int PACKAGES_A_LINE = 200;

    void build() throws TestbedException {
        try {
            Files.createDirectories(folder);
            try (var channel =
                            FileChannel.open(
                                    folder.resolve(".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = lock(channel)) {
                deleteLeftovers();
                for (GoProject project : GoProject.ALL) {
                    Path place = folder.resolve(project.folder());
                    if (!Files.isDirectory(place)) build(project, place);
                }
            }
        } catch (IOException e) {
            throw new TestbedException("cannot build in " + folder, e);
        }
    }

    /// Deletes the leftovers of killed builders.
    private void deleteLeftovers() throws IOException {
        try (var old = Files.newDirectoryStream(folder, WORK + "*")) {
            for (Path each : old) FileTrees.delete(each);
        }
    }

    private FileLock lock(FileChannel channel) throws IOException, TestbedException {
        long deadline = System.nanoTime() + STEP_TIMEOUT.toNanos();
        boolean isAnnounced = false;
        while (true) {
            FileLock lock = tryLock(channel);
            if (lock != null) return lock;
            if (!isAnnounced) progress.accept("another build is running; waiting for its end");
            isAnnounced = true;
            if (System.nanoTime() - deadline > 0)
                throw new TestbedException("another build holds " + folder.resolve(".lock"));
            pause();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another thread of this process holds it
        }
    }

    private void build(GoProject project, Path place) throws IOException, TestbedException {
        String title = project.folder().equals(project.version()) ? "Kubernetes " : "";
        progress.accept(title + project.folder() + ": fetching its sources");
        Path work = Files.createTempDirectory(folder, WORK);
        try {
            Path source = Files.createDirectory(work.resolve("source"));
            Path built = Files.createDirectory(work.resolve("built"));
            Path goMod = source.resolve("go.mod");
            Files.writeString(goMod, "module elastigres.dev/none\n");
            Files.writeString(
                    goMod, project.goMod(project.staging() ? staged(project, source) : List.of()));
            go(source, _ -> {}, "mod", "tidy");
            int count = 0;
            for (ClusterProgram program : programsOf(project)) {
                count++;
                String step =
                        "%s (%d of %d)".formatted(program.file(), count, project.programs().size());
                compile(project, program, step, source, built);
            }
            Files.move(built, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTrees.delete(work);
        }
    }

    private static List<ClusterProgram> programsOf(GoProject project) {
        return project.programs().keySet().stream().sorted().toList();
    }

    private void compile(
            GoProject project, ClusterProgram program, String step, Path source, Path built)
            throws TestbedException {
        progress.accept("building " + step);
        var packages = new int[1];
        go(
                source,
                _ -> {
                    if (++packages[0] % PACKAGES_A_LINE == 0)
                        progress.accept("building %s: %d packages".formatted(step, packages[0]));
                },
                "build",
                "-v",
                "-trimpath",
                "-ldflags",
                project.linkerFlags(),
                "-o",
                built.resolve(program.file()).toString(),
                project.packageOf(program));
    }

    /// Returns the modules that the project's `go.mod` replaces by folders of its repository.
    private List<String> staged(GoProject project, Path source)
            throws IOException, TestbedException {
        String file =
                go(
                        source,
                        _ -> {},
                        "list",
                        "-m",
                        "-f",
                        "{{.GoMod}}",
                        project.module() + "@v" + project.version());
        return Files.readAllLines(Path.of(file)).stream()
                .map(String::strip)
                .filter(line -> line.contains(" => ./staging/"))
                .map(line -> line.split(" ", -1)[0])
                .toList();
    }

    /// Runs `go` and returns the last line of its output.
    private String go(Path source, Consumer<String> lines, String... arguments)
            throws TestbedException {
        var program = new ArrayList<>(List.of(go.program().toString()));
        program.addAll(List.of(arguments));
        String name = "go " + program.get(1);
        var builder =
                new ProcessBuilder(ParentBoundProcess.command(List.of(), "KILL", program))
                        .directory(source.toFile())
                        .redirectErrorStream(true);
        // Builds static programs, which run on any Linux, and ignores workspaces around this
        // folder.
        builder.environment().putAll(Map.of("CGO_ENABLED", "0", "GOWORK", "off"));
        Process process = ParentBoundProcess.start(name, builder);
        var last = new ArrayDeque<String>();
        try (var output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.accept(line);
                last.addLast(line);
                if (last.size() > MAX_KEPT_LINES) last.removeFirst();
            }
            if (!process.waitFor(STEP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                throw new TestbedException(
                        name + " took longer than " + STEP_TIMEOUT.toMinutes() + " min");
        } catch (IOException e) {
            throw new TestbedException("cannot read what " + name + " says", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted: " + name, e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0)
            throw new TestbedException(
                    "%s failed with exit code %d:%n%s"
                            .formatted(name, process.exitValue(), String.join("\n", last)));
        return last.isEmpty() ? "" : last.getLast();
    }

    private static void pause() throws TestbedException {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while another build runs", e);
        }
    }
}
