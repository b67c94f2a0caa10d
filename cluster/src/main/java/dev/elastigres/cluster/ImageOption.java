package dev.elastigres.cluster;

import dev.elastigres.distribution.PackException;
import dev.elastigres.vm.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which image of agent and monitor a command gives to its cluster.
public final class ImageOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "The image of agent and monitor, as ./elastigres package --image writes it"
                            + " (default: made from this build where Jib is there).")
    private @Nullable Path file;

    public ImageOption() {}

    /// Call it before anything is started.
    /// @throws ParameterException when there is no such file
    public void check() {
        if (file != null && !Files.isRegularFile(file))
            throw new ParameterException(spec.commandLine(), "there is no file " + file);
    }

    /// What was given, or one that is made.
    /// @param progress takes lines for a person who waits
    public DaemonImageFile open(Consumer<String> progress)
            throws PackException, VmException, InterruptedException {
        return file == null ? DaemonImageFile.make(progress) : DaemonImageFile.given(file);
    }
}
