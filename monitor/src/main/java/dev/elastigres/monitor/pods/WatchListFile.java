package dev.elastigres.monitor.pods;

import dev.elastigres.protocol.pods.WatchList;
import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchListException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// Reads the watch list file, which the agent replaces as a whole with a new file. The file is read
/// only if its identity, size or modification time has changed. Not thread-safe.
public final class WatchListFile {
    private final Path path;
    /// The file's version at the last check, or why there was none; null before the first check.
    private @Nullable Object seen;

    /// Result of a check.
    public sealed interface WatchListUpdate {
        /// Nothing has changed since the last check.
        record Unchanged() implements WatchListUpdate {}

        record Replaced(WatchList watchList) implements WatchListUpdate {}

        /// The file cannot be read or is invalid.
        ///
        /// @param why one clause without any of the file's text
        record Invalid(String why) implements WatchListUpdate {}
    }

    private record FileVersion(FileTime modified, long size, @Nullable Object key) {}

    public WatchListFile(Path path) {
        this.path = path;
    }

    /// Checks the file. An invalid file is reported once, and again when it has changed.
    public WatchListUpdate look() {
        Object now = mark();
        if (now.equals(seen)) return new WatchListUpdate.Unchanged();
        seen = now;
        return now instanceof FileVersion ? read() : new WatchListUpdate.Invalid(path + " " + now);
    }

    private WatchListUpdate read() {
        try {
            return new WatchListUpdate.Replaced(WatchListCodec.decode(text()));
        } catch (WatchListException e) {
            return new WatchListUpdate.Invalid(path + " " + e.getMessage());
        } catch (CharacterCodingException _) {
            return new WatchListUpdate.Invalid(path + " is not UTF-8");
        } catch (IOException e) {
            // The file may have been replaced just now: read it again at the next check.
            seen = null;
            return new WatchListUpdate.Invalid(path + " " + reason(e));
        }
    }

    /// Returns a [FileVersion], or a clause that says why there is none.
    private Object mark() {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new FileVersion(
                            attributes.lastModifiedTime(), attributes.size(), attributes.fileKey())
                    : "is not a file";
        } catch (IOException e) {
            return reason(e);
        }
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            // The codec rejects a text that is one byte too long.
            byte[] bytes = in.readNBytes(WatchListCodec.MAX_BYTES + 1);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist";
            case AccessDeniedException _ -> "cannot be read: permission denied";
            default -> "cannot be read: " + e.getMessage();
        };
    }
}
