package dev.elastigres.daemon.settings;

import java.util.List;

/// What a daemon was told makes no sense. There is at least one problem; each is one line that says
/// what and where it is, and what to do. No secret is in any of them.
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
