package dev.elastigres.bench.footprint;

import dev.elastigres.distribution.Payload;
import dev.elastigres.harness.BenchException;
import dev.elastigres.harness.Started;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// The monitor's own runtime with the monitor's own options and a class cache of its own, doing
/// nothing.
///
/// @param payload whose runtime it is
/// @param folder for its jar and its cache
record BareJvm(Payload payload, Path folder) {

    /// Makes its jar, and its cache from a first run.
    static BareJvm in(Path folder, Payload payload) throws BenchException, InterruptedException {
        var bare = new BareJvm(payload, folder);
        String file = Asleep.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(bare.jar()));
                InputStream code = Asleep.class.getModule().getResourceAsStream(file)) {
            if (code == null) throw new IOException("no " + file);
            jar.putNextEntry(new JarEntry(file));
            code.transferTo(jar);
        } catch (IOException e) {
            throw new BenchException("cannot make a program that does nothing", e);
        }
        Started training = bare.start("-XX:AOTCacheOutput=" + bare.classes());
        // Unlike this, the process' own method would close the pipe that it still writes to.
        training.process().toHandle().destroy();
        training.process().waitFor();
        if (!Files.isRegularFile(bare.classes()))
            throw new BenchException("the bare JVM left no cache of its classes");
        return bare;
    }

    private Path jar() {
        return folder.resolve("asleep.jar");
    }

    private Path classes() {
        return folder.resolve("asleep.aot");
    }

    Started start() throws BenchException, InterruptedException {
        return start("-XX:AOTCache=" + classes());
    }

    private Started start(String option) throws BenchException, InterruptedException {
        var command = new ArrayList<>(payload.java());
        command.addAll(List.of(option, "-cp", jar().toString(), Asleep.class.getName()));
        return Started.run(command, Payload.ENVIRONMENT, "asleep"::equals);
    }

    List<Path> files() {
        return List.of(payload.folder().resolve("runtime"), jar(), classes());
    }
}
