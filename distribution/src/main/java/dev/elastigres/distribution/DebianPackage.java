package dev.elastigres.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;

/// Writes a `.deb` without dpkg: an `ar` archive of a format version, a tar of control files, and
/// a tar of installed files.
///
/// @param fields of the control file in their order, without `Installed-Size`
/// @param scripts by name: `postinst`, `prerm`, `postrm`
/// @param settings configuration files in `data`; dpkg keeps the administrator's changes to them
/// @param data installed files by path below the root
record DebianPackage(
        Map<String, String> fields,
        Map<String, String> scripts,
        List<String> settings,
        PackageTree data) {

    /// Returns the fields of a package of this project.
    ///
    /// @param suggests suggested packages; empty for none
    /// @param description a line, and a text whose lines begin with a space
    static Map<String, String> controlFields(
            String name,
            String version,
            String architecture,
            Optional<String> suggests,
            String description) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("Package", name);
        fields.put("Version", version);
        fields.put("Architecture", architecture);
        fields.put("Maintainer", "The Elastigres authors");
        // The Java runtime is linked with libc6; postinst creates the user with useradd of
        // passwd.
        fields.put("Depends", "libc6 (>= 2.17), passwd");
        suggests.ifPresent(it -> fields.put("Suggests", it));
        fields.put("Section", "database");
        fields.put("Priority", "optional");
        fields.put("Description", description.stripTrailing());
        return fields;
    }

    void write(Path file, Instant time) throws IOException {
        var tar = new TarGzWriter("./", time);
        var control = new ByteArrayOutputStream();
        tar.write(control(), control);
        Path packed = Files.createTempFile(file.getParent(), ".data-", ".tar.gz");
        try {
            tar.write(data, packed);
            try (var ar = new ArArchiveOutputStream(Files.newOutputStream(file))) {
                put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII), time);
                put(ar, "control.tar.gz", control.toByteArray(), time);
                ar.putArchiveEntry(entry("data.tar.gz", Files.size(packed), time));
                Files.copy(packed, ar);
                ar.closeArchiveEntry();
            }
        } finally {
            Files.deleteIfExists(packed);
        }
    }

    /// Returns twelve hexadecimal digits of a digest of the package's contents.
    String identity(Instant time) throws IOException {
        var tar = new TarGzWriter("./", time);
        MessageDigest digest = Payload.sha256();
        for (PackageTree tree : List.of(control(), data))
            tar.writePlain(tree, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    private static void put(ArArchiveOutputStream ar, String name, byte[] content, Instant time)
            throws IOException {
        ar.putArchiveEntry(entry(name, content.length, time));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    private static ArArchiveEntry entry(String name, long size, Instant time) {
        int regularFile = 0100644;
        return new ArArchiveEntry(name, size, 0, 0, regularFile, time.getEpochSecond());
    }

    private PackageTree control() throws IOException {
        var tree = new PackageTree();
        tree.text("control", controlFile(), false);
        tree.text("md5sums", sums(), false);
        if (!settings.isEmpty())
            tree.text("conffiles", "/" + String.join("\n/", settings) + "\n", false);
        scripts.forEach((name, text) -> tree.text(name, text, true));
        return tree;
    }

    private String controlFile() {
        var text = new StringBuilder();
        fields.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.append("Installed-Size: ").append(data.kibibytes()).append('\n').toString();
    }

    /// Returns the checksums by which `dpkg --verify` detects changed files.
    private String sums() throws IOException {
        var sums = new TreeMap<String, String>();
        for (var entry : data.nodes().entrySet()) {
            if (settings.contains(entry.getKey())) continue;
            switch (entry.getValue()) {
                case PackageTree.TreeNode.Folder _, PackageTree.TreeNode.Link _ -> {}
                case PackageTree.TreeNode.GeneratedFile made ->
                        sums.put(
                                entry.getKey(),
                                HexFormat.of().formatHex(md5().digest(made.content())));
                case PackageTree.TreeNode.CopiedFile(Path source, _, _) ->
                        sums.put(entry.getKey(), sum(source));
            }
        }
        var text = new StringBuilder();
        sums.forEach((place, sum) -> text.append(sum).append("  ").append(place).append('\n'));
        return text.toString();
    }

    private static String sum(Path file) throws IOException {
        MessageDigest digest = md5();
        try (var input = new DigestInputStream(Files.newInputStream(file), digest)) {
            input.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /// Returns a text resource of this package.
    static String resource(String name) {
        try (InputStream stream = DebianPackage.class.getResourceAsStream(name)) {
            if (stream == null) throw new IllegalStateException("not packed: " + name);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
