package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/// A native program that starts Java in its own process, as the configuration file beside it says.
/// jpackage makes it. The image needs no shell because of it.
///
/// @param name of the program
/// @param main class that it runs
/// @param jars paths below the root, in the order of the class path
/// @param options of the JVM; `$ROOTDIR` stands for the root
record NativeLauncher(String name, String main, List<String> jars, List<String> options) {

    /// Writes the launcher into `root`.
    ///
    /// @param runtime the Java runtime that jpackage uses; `root` must have the same one in
    ///     `runtime`
    void write(Path root, Path runtime) throws PackException {
        try {
            Path work = Files.createTempDirectory("elastigres-launcher-");
            try {
                Path made = make(work, runtime);
                Files.createDirectories(root.resolve("bin"));
                Files.createDirectories(root.resolve("lib/app"));
                for (String part : List.of("bin/" + name, "lib/libapplauncher.so"))
                    Files.copy(made.resolve(part), root.resolve(part));
                Files.writeString(root.resolve("lib/app/%s.cfg".formatted(name)), settings());
            } finally {
                FileTrees.delete(work);
            }
        } catch (IOException e) {
            throw new PackException.Failed("cannot make a launcher", e);
        }
    }

    /// Writes this launcher beside another one. Both share an executable, which reads the
    /// configuration file that matches its own name.
    void writeBeside(NativeLauncher other, Path root) throws PackException {
        try {
            Files.copy(root.resolve("bin/" + other.name), root.resolve("bin/" + name));
            Files.writeString(root.resolve("lib/app/%s.cfg".formatted(name)), settings());
        } catch (IOException e) {
            throw new PackException.Failed("cannot make a launcher", e);
        }
    }

    /// Makes an application image with one empty jar; only its launcher is used.
    private Path make(Path work, Path runtime) throws IOException, PackException {
        Path input = Files.createDirectory(work.resolve("input"));
        // An end-of-central-directory record alone is an empty archive.
        byte[] empty = new byte[22];
        System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, empty, 0, 4);
        Files.write(input.resolve("empty.jar"), empty);
        ToolProvider jpackage =
                ToolProvider.findFirst("jpackage")
                        .orElseThrow(
                                () ->
                                        new PackException.Refused(
                                                "jpackage is missing: use a full JDK"));
        var messages = new StringWriter();
        var writer = new PrintWriter(messages);
        int code =
                jpackage.run(
                        writer,
                        writer,
                        "--type",
                        "app-image",
                        "--name",
                        name,
                        "--input",
                        input.toString(),
                        "--main-jar",
                        "empty.jar",
                        "--main-class",
                        main,
                        "--runtime-image",
                        runtime.toString(),
                        "--dest",
                        work.resolve("made").toString());
        if (code != 0)
            throw new PackException.Failed("jpackage failed: " + messages.toString().strip());
        return work.resolve("made").resolve(name);
    }

    /// Returns the launcher's configuration file.
    String settings() {
        var text = new StringBuilder("[Application]\n");
        text.append("app.mainclass=").append(main).append('\n');
        text.append("app.runtime=$ROOTDIR/runtime\n");
        for (String jar : jars) text.append("app.classpath=$ROOTDIR/").append(jar).append('\n');
        text.append("\n[JavaOptions]\n");
        for (String option : options) text.append("java-options=").append(option).append('\n');
        return text.toString();
    }
}
