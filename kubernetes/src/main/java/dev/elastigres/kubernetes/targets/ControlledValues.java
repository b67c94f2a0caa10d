package dev.elastigres.kubernetes.targets;

/// Selects which values of a resource are changed.
public enum ControlledValues {
    /// Requests and limits. Without a limit, requests only.
    REQUESTS_AND_LIMITS("RequestsAndLimits"),

    /// Requests only; limits do not change.
    REQUESTS_ONLY("RequestsOnly");

    private final String word;

    ControlledValues(String word) {
        this.word = word;
    }

    /// @throws IllegalArgumentException if the word is unknown
    static ControlledValues of(String word) {
        for (ControlledValues each : values()) if (each.word.equals(word)) return each;
        throw new IllegalArgumentException("must be RequestsAndLimits or RequestsOnly");
    }
}
