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

/// The option `--image`: the image of agent and monitor that a command installs in its cluster.
public final class ImageOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "The image of agent and monitor, as ./elastigres package --image writes it"
                            + " (default: made from this build if Jib is available).")
    private @Nullable Path file;

    public ImageOption() {}

    /// Checks the option; call it before anything is started.
    ///
    /// @throws ParameterException if the file does not exist
    public void check() {
        if (file != null && !Files.isRegularFile(file))
            throw new ParameterException(spec.commandLine(), "there is no file " + file);
    }

    /// Returns the given image, or one made from this build.
    ///
    /// @param progress receives lines of progress for an interactive user
    public DaemonImageFile open(Consumer<String> progress)
            throws PackException, VmException, InterruptedException {
        return file == null ? DaemonImageFile.make(progress) : DaemonImageFile.given(file);
    }
}
