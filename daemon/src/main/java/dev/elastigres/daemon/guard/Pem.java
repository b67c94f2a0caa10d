package dev.elastigres.daemon.guard;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Reads PEM (RFC 7468). Text between blocks is ignored.
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String CIPHER = "DEK-Info:";
    private static final int MAX_BLOCKS = 1000;

    private Pem() {}

    /// A PEM block.
    ///
    /// @param label type of the block: `CERTIFICATE`
    /// @param encrypted whether a passphrase is required
    /// @param cipher the header `DEK-Info` of the traditional form: the cipher and its parameter;
    ///     empty in the newer form, whose content has them
    /// @param base64 the content, validated
    record PemBlock(String label, boolean encrypted, String cipher, String base64) {

        byte[] der() {
            return Base64.getDecoder().decode(base64);
        }

        /// Returns the label, without the content, which may be secret.
        @Override
        public String toString() {
            return label;
        }
    }

    static List<PemBlock> read(FileContent content) throws CredentialException {
        var blocks = new ArrayList<PemBlock>();
        var lines = content.text().lines().map(String::strip).iterator();
        while (lines.hasNext()) {
            Optional<String> label = marked(lines.next(), BEGIN);
            if (label.isEmpty()) continue;
            if (blocks.size() == MAX_BLOCKS)
                throw content.unusable("it has more than " + MAX_BLOCKS + " blocks");
            blocks.add(block(content, label.get(), lines));
        }
        return blocks;
    }

    private static PemBlock block(FileContent content, String label, Iterator<String> lines)
            throws CredentialException {
        var base64 = new StringBuilder();
        String cipher = "";
        boolean encrypted = label.startsWith("ENCRYPTED ");
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(END)) {
                if (!marked(line, END).equals(Optional.of(label))) break;
                return sound(content, new PemBlock(label, encrypted, cipher, base64.toString()));
            }
            // Headers of the traditional form, which only encrypted keys have.
            if (line.contains(":")) encrypted = true;
            else base64.append(line);
            if (line.startsWith(CIPHER)) cipher = line.substring(CIPHER.length()).strip();
        }
        throw content.unusable("a block of it has no end");
    }

    private static Optional<String> marked(String line, String marker) {
        if (!line.startsWith(marker) || !line.endsWith(DASHES)) return Optional.empty();
        int end = line.length() - DASHES.length();
        return end < marker.length()
                ? Optional.empty()
                : Optional.of(line.substring(marker.length(), end));
    }

    private static PemBlock sound(FileContent content, PemBlock block) throws CredentialException {
        try {
            var _ = block.der();
            return block;
        } catch (IllegalArgumentException _) {
            throw content.unusable("a block of it is not base64");
        }
    }
}
