package dev.elastigres.bench.soak;

import dev.elastigres.harness.HarnessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Resources that a Java process holds.
///
/// @param heap bytes of live objects, after a full collection
/// @param virtualThreads number of live `VirtualThread` objects, which shows threads that never
///     end
/// @param threads number of kernel threads
/// @param descriptors number of open files and sockets
/// @param resident bytes
record ProcessResources(
        long heap, long virtualThreads, long threads, long descriptors, long resident) {
    private static final int TIMEOUT_SECONDS = 30;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern VIRTUAL_THREADS =
            Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +java\\.lang\\.VirtualThread\\b");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    static ProcessResources of(long pid) throws HarnessException, InterruptedException {
        String histogram = histogram(pid);
        Path process = Path.of("/proc", Long.toString(pid));
        try (var descriptors = Files.list(process.resolve("fd"))) {
            String status = Files.readString(process.resolve("status"));
            Matcher virtual = VIRTUAL_THREADS.matcher(histogram);
            return new ProcessResources(
                    number(TOTAL, histogram),
                    virtual.find() ? Long.parseLong(virtual.group(1)) : 0,
                    number(THREADS, status),
                    descriptors.count(),
                    number(RESIDENT, status) * 1024);
        } catch (IOException e) {
            throw new HarnessException("cannot inspect the monitor's process", e);
        }
    }

    /// Returns the class histogram of live objects. It runs a full collection first.
    private static String histogram(long pid) throws HarnessException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Path output = Files.createTempFile("elastigres-soak-", ".txt");
            try {
                Process process =
                        new ProcessBuilder(
                                        List.of(
                                                jcmd.toString(),
                                                Long.toString(pid),
                                                "GC.class_histogram"))
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new HarnessException("cannot inspect the monitor's heap: jcmd hangs");
                }
                return Files.readString(output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new HarnessException("cannot run " + jcmd + ", which a JDK has", e);
        }
    }

    private static long number(Pattern pattern, String text) throws HarnessException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find())
            throw new HarnessException(
                    "jcmd reports nothing about the monitor's process: "
                            + text.lines().findFirst().orElse("no output"));
        return Long.parseLong(matcher.group(1));
    }

    /// Returns the growth since `before`, with the part that may be noise. Resident memory is not
    /// judged, because it may follow the heap up to the heap's limit.
    List<SoakBenchRow.Growth> since(ProcessResources before) {
        return List.of(
                new SoakBenchRow.Growth("heap_bytes", before.heap, heap, 1 << 20),
                new SoakBenchRow.Growth(
                        "virtual_threads", before.virtualThreads, virtualThreads, 4),
                new SoakBenchRow.Growth("threads", before.threads, threads, 4),
                new SoakBenchRow.Growth("descriptors", before.descriptors, descriptors, 4),
                new SoakBenchRow.Growth(
                        "resident_bytes", before.resident, resident, Long.MAX_VALUE));
    }
}
