package dev.elastigres.vm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// All inputs of an image, except the versions of the packages. These are the versions of Debian's
/// mirror on the day of the build, and are listed inside the image.
///
/// @param postgres the release of Postgres and Debian
/// @param debian the package archive
/// @param monitor Debian package of the monitor; empty for an image without it
/// @param variation the variant of the guest; empty for a database
public record ImageRecipe(
        PostgresRelease postgres,
        DebianArchive debian,
        Optional<Path> monitor,
        Optional<GuestVariant> variation) {

    /// Packages of every guest.
    private static final List<String> BASE =
            List.of(
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
                    "util-linux");

    /// Creates the recipe of a database.
    public ImageRecipe(PostgresRelease postgres, DebianArchive debian, Optional<Path> monitor) {
        this(postgres, debian, monitor, Optional.empty());
    }

    /// Creates the recipe of another guest, on the same Debian release.
    public static ImageRecipe of(GuestVariant variation, DebianArchive debian) {
        return new ImageRecipe(
                PostgresRelease.POSTGRES_15, debian, Optional.empty(), Optional.of(variation));
    }

    /// Returns the prefix of its images' names.
    String title() {
        return variation.map(GuestVariant::name).orElse("postgres-" + postgres.major());
    }

    PackageSet packageSet() {
        List<String> kept = variation.map(GuestVariant::kept).orElse(List.of());
        List<String> unwanted =
                PackageFetcher.UNWANTED_FILES.stream().filter(it -> !kept.contains(it)).toList();
        return PackageSet.whole(postgres.debian(), debian, packages(), unwanted);
    }

    /// Returns the packages requested by name; their dependencies are added.
    List<String> packages() {
        var all = new ArrayList<>(BASE);
        all.addAll(
                variation
                        .map(GuestVariant::packages)
                        .orElse(List.of("postgresql-" + postgres.major())));
        return all;
    }

    /// Returns twelve hexadecimal digits, a hash of all inputs.
    public String identity() throws IOException {
        MessageDigest digest = sha256();
        add(
                digest,
                postgres.major(),
                postgres.debian(),
                debian.toString(),
                String.join(" ", packages()));
        add(digest, PackageFetcher.LEFT_OUT.pattern(), packageSet().unwanted().toString());
        new TreeMap<>(GuestFiles.all()).forEach((place, text) -> add(digest, place, text));
        if (variation.isPresent()) {
            add(digest, variation.get().name());
            new TreeMap<>(variation.get().texts())
                    .forEach((place, text) -> add(digest, place, text));
            for (var program : new TreeMap<>(variation.get().programs()).entrySet()) {
                add(digest, program.getKey());
                add(digest, program.getValue());
            }
        }
        if (monitor.isPresent()) add(digest, monitor.get());
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    private static void add(MessageDigest digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        byte[] part = new byte[1 << 16];
        try (var stream = Files.newInputStream(file)) {
            for (int count = stream.read(part); count >= 0; count = stream.read(part))
                digest.update(part, 0, count);
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
