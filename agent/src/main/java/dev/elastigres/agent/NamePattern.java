package dev.elastigres.agent;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A VM name or a pattern in which `*` matches any text.
///
/// @param text as it was written
record NamePattern(String text) {

    boolean isName() {
        return !text.contains("*");
    }

    boolean matches(String name) {
        return isName() ? text.equals(name) : regex().matcher(name).matches();
    }

    private Pattern regex() {
        return Pattern.compile(
                Arrays.stream(text.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
