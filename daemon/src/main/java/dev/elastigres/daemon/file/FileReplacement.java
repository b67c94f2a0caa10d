package dev.elastigres.daemon.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Replaces small files atomically.
public final class FileReplacement {
    private static final String OWNER_ONLY = "rw-------";

    private FileReplacement() {}

    /// Replaces `file`, which only its owner may read. See [#replace(Path, String, String)].
    public static void replace(Path file, String text) throws IOException {
        replace(file, text, OWNER_ONLY);
    }

    /// Replaces `file`, so that readers see either version in full, also after a crash of this
    /// process. The file has the permissions from its first appearance.
    ///
    /// @param permissions such as `rw-r-----`
    public static void replace(Path file, String text, String permissions) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) throw new IOException("no folder for " + file);
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
        Path fresh = Files.createTempFile(folder, "." + file.getFileName() + "-", "", ownerOnly);
        try {
            Files.writeString(fresh, text);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
