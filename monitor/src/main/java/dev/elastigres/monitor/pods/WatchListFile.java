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

/// The watch list as the agent writes it: whole, by putting a new file in the place of the old.
/// It is read when it looks like another file than before. For one thread.
public final class WatchListFile {
    private final Path path;
    /// The mark of the file as it was last, or why there was none; null before the first look.
    private @Nullable Object seen;

    /// What came of a look.
    public sealed interface WatchListUpdate {
        /// It is what it was at the last look.
        record Unchanged() implements WatchListUpdate {}

        record Replaced(WatchList watchList) implements WatchListUpdate {}

        /// It says nothing that could be followed.
        ///
        /// @param why one clause without anything of the file's text
        record Invalid(String why) implements WatchListUpdate {}
    }

    private record FileVersion(FileTime modified, long size, @Nullable Object key) {}

    public WatchListFile(Path path) {
        this.path = path;
    }

    /// A file that was broken is told once, and again when it has changed.
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
            // It may have been there only just now.
            seen = null;
            return new WatchListUpdate.Invalid(path + " " + reason(e));
        }
    }

    /// A [FileVersion], or a clause that says why there is none.
    private Object mark() {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new FileVersion(
                            attributes.lastModifiedTime(), attributes.size(), attributes.fileKey())
                    : "is no file";
        } catch (IOException e) {
            return reason(e);
        }
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            // One byte more is too many, as the codec will say.
            byte[] bytes = in.readNBytes(WatchListCodec.MAX_BYTES + 1);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "is not there";
            case AccessDeniedException _ -> "may not be read";
            default -> "cannot be read: " + e.getMessage();
        };
    }
}
