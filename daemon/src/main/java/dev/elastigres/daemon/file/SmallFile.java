package dev.elastigres.daemon.file;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads small files that an operator configures. Reading never blocks and never uses more memory
/// than its limit: opening a FIFO would block, a device may be endless, and a daemon that reloads
/// its settings must survive whatever has replaced a file.
public final class SmallFile {
    private SmallFile() {}

    /// Returns all bytes of `file`.
    ///
    /// @param file the file
    /// @param maxBytes maximum size; a longer file is rejected
    /// @throws FileReadException if it is not a regular file, is too long or cannot be read
    public static byte[] read(Path file, int maxBytes) throws FileReadException {
        try {
            requireRegular(file);
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(maxBytes + 1);
                if (bytes.length > maxBytes)
                    throw new FileReadException("it is above " + Bytes.of(maxBytes));
                return bytes;
            }
        } catch (FileReadException e) {
            throw e;
        } catch (IOException e) {
            throw new FileReadException(reason(e));
        }
    }

    /// Checks that `file`, if it exists, is a regular file.
    ///
    /// @param file the file
    /// @throws FileReadException if it is a directory, a FIFO or a device
    public static void requireRegular(Path file) throws FileReadException {
        if (Files.isDirectory(file)) throw new FileReadException("it is a directory");
        if (Files.exists(file) && !Files.isRegularFile(file))
            throw new FileReadException("it is a pipe or a device, not a file");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "it may not be read";
            case FileSystemException failure when failure.getReason() != null ->
                    failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
