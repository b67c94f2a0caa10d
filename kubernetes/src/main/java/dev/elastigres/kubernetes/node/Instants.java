package dev.elastigres.kubernetes.node;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Times as objects of the API have them.
public final class Instants {
    private Instants() {}

    /// Empty for what is no time.
    public static Optional<Instant> parse(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
