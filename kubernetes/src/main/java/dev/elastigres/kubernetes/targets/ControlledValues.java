package dev.elastigres.kubernetes.targets;

/// Which values of a resource are changed.
public enum ControlledValues {
    /// Requests and limits. Where there is no limit, requests alone.
    REQUESTS_AND_LIMITS("RequestsAndLimits"),

    /// Requests; limits stay as they are.
    REQUESTS_ONLY("RequestsOnly");

    private final String word;

    ControlledValues(String word) {
        this.word = word;
    }

    /// @throws IllegalArgumentException for another word
    static ControlledValues of(String word) {
        for (ControlledValues each : values()) if (each.word.equals(word)) return each;
        throw new IllegalArgumentException("must be RequestsAndLimits or RequestsOnly");
    }
}
