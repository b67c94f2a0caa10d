package dev.elastigres.daemon.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.elastigres.daemon.file.FileReadException;
import dev.elastigres.daemon.file.SmallFile;
import java.nio.file.Path;

/// The content of a small file.
///
/// @param file the file
/// @param text the content, one character per byte
record FileContent(Path file, String text) {
    private static final int LARGEST = 256 << 10;

    static FileContent read(Path file) throws CredentialException {
        try {
            return new FileContent(file, new String(SmallFile.read(file, LARGEST), ISO_8859_1));
        } catch (FileReadException e) {
            throw new CredentialException("cannot read " + file + ": " + e.getMessage());
        }
    }

    byte[] bytes() {
        return text.getBytes(ISO_8859_1);
    }

    /// Returns whether it begins as every key in DER does, and no text.
    boolean isDer() {
        return text.startsWith("0\u0082") || text.startsWith("0\u0081") || isShortDer();
    }

    /// Returns whether it is a short key, such as of Ed25519, whose length takes one byte.
    private boolean isShortDer() {
        return text.length() > 2 && text.charAt(0) == '0' && text.charAt(1) == text.length() - 2;
    }

    CredentialException unusable(String why) {
        return new CredentialException("cannot use " + file + ": " + why);
    }

    /// Returns the path, without the text, which may be secret.
    @Override
    public String toString() {
        return file.toString();
    }
}
