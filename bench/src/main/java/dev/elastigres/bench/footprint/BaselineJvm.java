package dev.elastigres.bench.footprint;

import dev.elastigres.distribution.Payload;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
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
record BaselineJvm(Payload payload, Path folder) {

    /// Makes its jar, and its cache from a first run.
    static BaselineJvm in(Path folder, Payload payload)
            throws HarnessException, InterruptedException {
        var bare = new BaselineJvm(payload, folder);
        String file = SleepingProgram.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(bare.jar()));
                InputStream code = SleepingProgram.class.getModule().getResourceAsStream(file)) {
            if (code == null) throw new IOException("no " + file);
            jar.putNextEntry(new JarEntry(file));
            code.transferTo(jar);
        } catch (IOException e) {
            throw new HarnessException("cannot make a program that does nothing", e);
        }
        StartedProcess training = bare.start("-XX:AOTCacheOutput=" + bare.classes());
        // Unlike this, the process' own method would close the pipe that it still writes to.
        training.process().toHandle().destroy();
        training.process().waitFor();
        if (!Files.isRegularFile(bare.classes()))
            throw new HarnessException("the bare JVM left no cache of its classes");
        return bare;
    }

    private Path jar() {
        return folder.resolve("asleep.jar");
    }

    private Path classes() {
        return folder.resolve("asleep.aot");
    }

    StartedProcess start() throws HarnessException, InterruptedException {
        return start("-XX:AOTCache=" + classes());
    }

    private StartedProcess start(String option) throws HarnessException, InterruptedException {
        var command = new ArrayList<>(payload.java());
        command.addAll(List.of(option, "-cp", jar().toString(), SleepingProgram.class.getName()));
        return StartedProcess.run(command, Payload.ENVIRONMENT, "asleep"::equals);
    }

    List<Path> files() {
        return List.of(payload.folder().resolve("runtime"), jar(), classes());
    }
}
