package dev.elastigres.vm.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// A Postgres release that Debian packages, and the Debian release that contains it.
public enum PostgresRelease {
    POSTGRES_15("15", "bookworm");

    private final String major;
    private final String debian;

    PostgresRelease(String major, String debian) {
        this.major = major;
        this.debian = debian;
    }

    public String major() {
        return major;
    }

    public String debian() {
        return debian;
    }

    public static Optional<PostgresRelease> of(String major) {
        return Arrays.stream(values()).filter(release -> release.major.equals(major)).findFirst();
    }

    /// Returns all versions as a text for messages.
    public static String all() {
        return Arrays.stream(values())
                .map(PostgresRelease::major)
                .collect(Collectors.joining(", "));
    }
}
