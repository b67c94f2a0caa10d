package dev.elastigres.distribution;

import dev.elastigres.vm.state.FileTrees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/// A program that starts java in its own process, by a file beside it: jpackage's. It takes the
/// place of a shell.
///
/// @param name of the program
/// @param main the class that it runs
/// @param jars below the root, in the order of the class path
/// @param options of java; `$ROOTDIR` stands for the root
record NativeLauncher(String name, String main, List<String> jars, List<String> options) {

    /// Puts it into `root`, which has the Java runtime in its folder `runtime`.
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

    /// Puts it beside another, whose file it shares: what it runs is in the settings of its name.
    void writeBeside(NativeLauncher other, Path root) throws PackException {
        try {
            Files.copy(root.resolve("bin/" + other.name), root.resolve("bin/" + name));
            Files.writeString(root.resolve("lib/app/%s.cfg".formatted(name)), settings());
        } catch (IOException e) {
            throw new PackException.Failed("cannot make a launcher", e);
        }
    }

    /// An application of one empty jar, of which the launcher alone is wanted.
    private Path make(Path work, Path runtime) throws IOException, PackException {
        Path input = Files.createDirectory(work.resolve("input"));
        // The end of an archive, and thereby an empty one.
        byte[] empty = new byte[22];
        System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, empty, 0, 4);
        Files.write(input.resolve("empty.jar"), empty);
        ToolProvider jpackage =
                ToolProvider.findFirst("jpackage")
                        .orElseThrow(
                                () -> new PackException.Refused("no jpackage: use a whole JDK"));
        var said = new StringWriter();
        var writer = new PrintWriter(said);
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
            throw new PackException.Failed("jpackage failed: " + said.toString().strip());
        return work.resolve("made").resolve(name);
    }

    /// What the launcher reads.
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
