package dev.elastigres.vm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Everything an image is made from, save the packages' own versions: these are whatever Debian's
/// mirror has on the day of the build, and are listed inside the image.
///
/// @param monitor its Debian package, if the image is to have it
public record Recipe(PostgresRelease postgres, DebianArchive debian, Optional<Path> monitor) {

    /// What is asked for by name; the rest comes as what these depend on.
    List<String> packages() {
        return List.of(
                "linux-image-cloud-amd64",
                "busybox-static",
                "base-files",
                "bash",
                "bsdutils",
                "coreutils",
                "dash",
                "findutils",
                "grep",
                "gzip",
                "hostname",
                "libc-bin",
                "mount",
                "ncurses-base",
                "perl-base",
                "procps",
                "sed",
                "util-linux",
                "postgresql-" + postgres.major());
    }

    /// Twelve hexadecimal digits that differ when any input differs.
    public String identity() throws IOException {
        MessageDigest digest = sha256();
        add(
                digest,
                postgres.major(),
                postgres.debian(),
                debian.toString(),
                String.join(" ", packages()));
        add(digest, Packages.LEFT_OUT.pattern(), Packages.UNWANTED_FILES.toString());
        new TreeMap<>(GuestFiles.all()).forEach((place, text) -> add(digest, place, text));
        if (monitor.isPresent()) digest.update(Files.readAllBytes(monitor.get()));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    private static void add(MessageDigest digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
