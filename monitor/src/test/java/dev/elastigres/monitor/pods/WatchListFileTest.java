package dev.elastigres.monitor.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.pods.WatchListFile.WatchListUpdate;
import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchListFileTest {
    @TempDir Path folder;

    @Test
    void reportsEachChangeOnce() throws Exception {
        Path path = folder.resolve("pods.json");
        var file = new WatchListFile(path);
        broken(file, "does not exist");
        write(path, WatchListCodec.encode(WatchList.EMPTY));
        assertThat(file.look()).isEqualTo(new WatchListUpdate.Replaced(WatchList.EMPTY));
        assertThat(file.look()).isEqualTo(new WatchListUpdate.Unchanged());
        // The same text in another file is read again, and has the same meaning.
        write(path, WatchListCodec.encode(WatchList.EMPTY));
        assertThat(file.look()).isEqualTo(new WatchListUpdate.Replaced(WatchList.EMPTY));
        write(path, "{\"password\":\"geheim");
        broken(file, "is not JSON");
        write(path, " ".repeat(WatchListCodec.MAX_BYTES) + "geheim");
        broken(file, "is longer than 1048576 bytes");
        Files.write(path, new byte[] {(byte) 0xff});
        broken(file, "is not UTF-8");
        Files.delete(path);
        broken(file, "does not exist");
        Files.createDirectory(path);
        broken(file, "is not a file");
        Files.delete(path);
        write(path, WatchListCodec.encode(WatchList.EMPTY));
        assertThat(file.look()).isEqualTo(new WatchListUpdate.Replaced(WatchList.EMPTY));
    }

    private void broken(WatchListFile file, String why) {
        assertThat(file.look())
                .isEqualTo(new WatchListUpdate.Invalid(folder.resolve("pods.json") + " " + why));
        assertThat(file.look()).isEqualTo(new WatchListUpdate.Unchanged());
    }

    private void write(Path path, String text) throws Exception {
        Path fresh = folder.resolve("fresh");
        Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
