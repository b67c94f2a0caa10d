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

/// An idle JVM: the monitor's runtime with the monitor's options and an AOT cache of its own.
///
/// @param payload whose runtime it uses
/// @param folder of its jar and its AOT cache
record BaselineJvm(Payload payload, Path folder) {

    /// Makes the jar, and the AOT cache by a first run.
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
            throw new HarnessException("cannot make the idle program", e);
        }
        StartedProcess training = bare.start("-XX:AOTCacheOutput=" + bare.classes());
        // `Process.destroy` would close the pipe, to which the process still writes. This does
        // not.
        training.process().toHandle().destroy();
        training.process().waitFor();
        if (!Files.isRegularFile(bare.classes()))
            throw new HarnessException("the idle JVM did not create an AOT cache");
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
