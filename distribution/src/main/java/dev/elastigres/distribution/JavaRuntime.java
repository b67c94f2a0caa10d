package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;

/// A Java runtime image with only the given modules, linked with jlink from the running JDK.
///
/// @param jdk vendor, version and architecture of that JDK
/// @param arguments of jlink, except for the output folder
record JavaRuntime(String jdk, List<String> arguments) {
    private static final String PREFIX = "runtime-";
    private static final String SECURITY = "conf/security/java.security";

    static JavaRuntime with(Collection<String> modules) {
        return new JavaRuntime(
                String.join(
                        " ",
                        System.getProperty("java.vendor"),
                        System.getProperty("java.vm.version"),
                        System.getProperty("os.arch")),
                List.of(
                        "--add-modules",
                        String.join(",", new TreeSet<>(modules)),
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--vm=server",
                        "--compress=zip-6"));
    }

    /// Returns the runtime's folder below `cache`, and makes it if it does not exist. The folder
    /// is moved into place atomically.
    Path in(Path cache) throws PackException {
        Path folder = cache.resolve(PREFIX + identity());
        var retention = new CacheRetention(cache, PREFIX, "");
        try {
            Files.createDirectories(cache);
            if (retention.use(folder)) return folder;
            make(folder);
            retention.prune(Instant.now());
            return folder;
        } catch (IOException e) {
            throw new PackException.Failed("cannot make a Java runtime in " + cache, e);
        }
    }

    private void make(Path folder) throws IOException, PackException {
        ToolProvider jlink =
                ToolProvider.findFirst("jlink")
                        .orElseThrow(
                                () ->
                                        new PackException.Refused(
                                                "jlink is missing in "
                                                        + System.getProperty("java.home")
                                                        + ": set JAVA_HOME to a full JDK"));
        Path work = Files.createTempDirectory(folder.getParent(), "." + PREFIX);
        try {
            Path output = work.resolve("runtime");
            run(jlink, output);
            removeComments(output.resolve(SECURITY));
            Files.move(output, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A concurrent build of the same runtime may have been faster.
            if (!Files.isDirectory(folder)) throw e;
        } finally {
            FileTrees.delete(work);
        }
    }

    private void run(ToolProvider jlink, Path output) throws PackException.Failed {
        var command = new ArrayList<>(arguments);
        command.addAll(List.of("--output", output.toString()));
        var messages = new StringWriter();
        var writer = new PrintWriter(messages);
        int code = jlink.run(writer, writer, command.toArray(String[]::new));
        if (code != 0)
            throw new PackException.Failed("jlink failed: " + messages.toString().strip());
    }

    /// Removes the comments of `java.security`. Every program that resolves an address reads this
    /// file first; 60 of its 70 kB are comments.
    private static void removeComments(Path file) throws IOException {
        var lines = new ArrayList<String>();
        boolean continues = false;
        for (String line : Files.readAllLines(file)) {
            boolean hasContent = !line.isBlank() && !line.stripLeading().startsWith("#");
            if (continues || hasContent) lines.add(line);
            continues = (continues || hasContent) && line.endsWith("\\");
        }
        Files.write(file, lines);
    }

    /// Returns twelve hexadecimal digits of a digest of the JDK and the arguments.
    String identity() {
        byte[] inputs =
                (jdk + "\0" + SECURITY + "\0" + String.join("\0", arguments))
                        .getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inputs);
            return HexFormat.of().formatHex(digest).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
