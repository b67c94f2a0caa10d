package dev.elastigres.kubernetes.node;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parses times in objects of the API.
public final class Instants {
    private Instants() {}

    /// Returns the time; empty if the text is null or invalid.
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
