package dev.elastigres.daemon.settings;

import java.util.List;

/// The settings of a daemon are invalid. There is at least one problem; each is one line that says
/// what is wrong, where, and what to do. None contains a secret.
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    UsageException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
