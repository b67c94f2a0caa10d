package dev.elastigres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.process.ExternalProgram;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
    @TempDir Path folder;

    @Test
    void containsWhatARuntimeExpects() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.writeString(tree.resolve("program"), "text");
        Files.createDirectories(tree.resolve("var/data"));
        Files.writeString(tree.resolve("var/data/own"), "");
        var image =
                new ImageArchive(
                        "example.com/image:1",
                        List.of("/program", "first"),
                        List.of("NAME=value"),
                        "105:109",
                        List.of("var/data"));
        Path archive = folder.resolve("image.tar");
        image.write(tree, Files.createDirectory(folder.resolve("work")), archive);

        assertThat(tar("-tf", archive)).contains("manifest.json", "config.json", "layer.tar");
        assertThat(tar("-xOf", archive, "manifest.json"))
                .contains("\"example.com/image:1\"", "\"layer.tar\"");
        Path layer = folder.resolve("layer.tar");
        tar("-xf", archive, "-C", folder, "layer.tar");
        assertThat(tar("-xOf", archive, "config.json"))
                .contains("\"/program\"", "\"NAME=value\"", "\"105:109\"")
                .contains("sha256:" + ImageArchive.sha256(layer));
        assertThat(tar("--numeric-owner", "-tvf", layer).lines())
                .anyMatch(line -> line.contains(" 0/0 ") && line.endsWith(" ./program"))
                .anyMatch(line -> line.contains(" 105/109 ") && line.endsWith(" ./var/data/own"))
                .satisfiesOnlyOnce(line -> assertThat(line).endsWith(" ./var/data/own"));
    }

    @Test
    void aFileIsHandedOutOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "what was asked for");
        try (var handout = new OneTimeDownload(file);
                var taker = new Socket(InetAddress.getLoopbackAddress(), handout.port())) {
            var taken = new ByteArrayOutputStream();
            taker.getInputStream().transferTo(taken);
            assertThat(taken).hasToString("what was asked for");
        }
    }

    private static String tar(Object... arguments) throws Exception {
        var command = new String[arguments.length + 1];
        command[0] = "tar";
        for (int i = 0; i < arguments.length; i++) command[i + 1] = arguments[i].toString();
        return ExternalProgram.of(Duration.ofMinutes(1), command).run();
    }
}
