package dev.elastigres.cli.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.vm.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCommandTest {
    @TempDir private Path folder;

    @Test
    void aCopyReplacesTheFile() throws Exception {
        Path image = Files.writeString(folder.resolve("image"), "new");
        Path to = Files.writeString(folder.resolve("to"), "old");
        assertThat(ImageCommand.ImageBuildCommand.copy(image, to)).isEqualTo(to);
        assertThat(to).hasContent("new");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void aCopyThatFailsLeavesNothing() throws Exception {
        Path image = Files.writeString(folder.resolve("image"), "new");
        // A folder that is not empty cannot be replaced, which only the last step finds out.
        Path to = folder.resolve("to");
        Files.createDirectories(to.resolve("inner"));
        assertThatThrownBy(() -> ImageCommand.ImageBuildCommand.copy(image, to))
                .isInstanceOf(VmException.Failed.class)
                .hasMessageStartingWith("cannot write " + to);
        Path nowhere = folder.resolve("no/where");
        assertThatThrownBy(() -> ImageCommand.ImageBuildCommand.copy(image, nowhere))
                .isInstanceOf(VmException.Failed.class);
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }
}
