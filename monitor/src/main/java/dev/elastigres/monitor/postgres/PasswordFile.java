package dev.elastigres.monitor.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// libpq's password file: lines of `host:port:database:user:password`, of which the first match is
/// used. Read for each login, because passwords change. Lines are handled as bytes, so that one
/// that is not UTF-8 does not affect the others.
record PasswordFile(Path path) {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern NEWLINE = Pattern.compile("\n");
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    /// Result of a lookup.
    ///
    /// @param password the password found
    /// @param problem why the file was not used
    record PasswordLookup(Optional<String> password, Optional<String> problem) {
        static final PasswordLookup NONE = new PasswordLookup(Optional.empty(), Optional.empty());

        private static PasswordLookup problem(String problem) {
            return new PasswordLookup(Optional.empty(), Optional.of(problem));
        }
    }

    /// Finds a password. A missing file is no problem, because libpq's default file need not exist.
    PasswordLookup find(PostgresEndpoint endpoint, String database, String user) {
        if (!Files.exists(path)) return PasswordLookup.NONE;
        if (!Files.isRegularFile(path))
            return PasswordLookup.problem("password file " + path + " is not a plain file");
        try {
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(path)))
                return PasswordLookup.problem(
                        "password file " + path + " is ignored: others than its owner may use it");
            List<String> wanted =
                    Stream.of(
                                    endpoint.passwordHost(),
                                    Integer.toString(endpoint.port()),
                                    database,
                                    user)
                            .map(text -> new String(text.getBytes(UTF_8), ISO_8859_1))
                            .toList();
            Optional<String> password =
                    lines().filter(line -> !line.startsWith("#"))
                            .map(PasswordFile::fields)
                            .filter(fields -> matches(fields, wanted))
                            .map(List::getLast)
                            .findFirst();
            return password.isPresent() ? decoded(password.get()) : PasswordLookup.NONE;
        } catch (IOException e) {
            return PasswordLookup.problem(
                    "password file " + path + " cannot be read: " + e.getMessage());
        }
    }

    /// Returns the lines, with one character per byte. Content beyond the size limit is ignored.
    private Stream<String> lines() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return NEWLINE.splitAsStream(new String(in.readNBytes(MAX_BYTES), ISO_8859_1))
                    .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
    }

    private PasswordLookup decoded(String password) {
        try {
            var bytes = ByteBuffer.wrap(password.getBytes(ISO_8859_1));
            String text = UTF_8.newDecoder().decode(bytes).toString();
            return new PasswordLookup(Optional.of(text), Optional.empty());
        } catch (CharacterCodingException _) {
            return PasswordLookup.problem("the password in " + path + " is not UTF-8");
        }
    }

    private static boolean matches(List<String> fields, List<String> wanted) {
        if (fields.size() != wanted.size() + 1) return false;
        for (int i = 0; i < wanted.size(); i++) {
            if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) return false;
        }
        return true;
    }

    /// Splits a line into fields. A backslash escapes the next character.
    private static List<String> fields(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ':' && fields.size() < 4) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                if (c == '\\' && i + 1 < line.length()) i++;
                field.append(line.charAt(i));
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
