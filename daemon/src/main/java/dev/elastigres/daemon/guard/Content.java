package dev.elastigres.daemon.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What is in a small file.
///
/// @param text one character a byte
record Content(Path file, String text) {
    private static final int LARGEST = 256 << 10;

    static Content read(Path file) throws CredentialException {
        try {
            // Something else might never end, or never begin.
            if (Files.exists(file) && !Files.isRegularFile(file))
                throw new CredentialException("cannot read " + file + ": it is no file");
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST)
                    throw new CredentialException("cannot read " + file + ": it is above 256 KiB");
                return new Content(file, new String(bytes, ISO_8859_1));
            }
        } catch (NoSuchFileException _) {
            throw new CredentialException("cannot read " + file + ": there is no such file");
        } catch (AccessDeniedException _) {
            throw new CredentialException("cannot read " + file + ": it may not be read");
        } catch (IOException e) {
            throw new CredentialException("cannot read " + file + ": " + e.getMessage());
        }
    }

    CredentialException unusable(String why) {
        return new CredentialException("cannot use " + file + ": " + why);
    }

    /// Without the text, which may be secret.
    @Override
    public String toString() {
        return file.toString();
    }
}
