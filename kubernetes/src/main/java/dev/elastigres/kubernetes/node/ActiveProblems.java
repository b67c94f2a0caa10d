package dev.elastigres.kubernetes.node;

import dev.elastigres.daemon.log.Log;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Operations that currently fail, with the reasons. A failure is logged once when it begins or its
/// reason changes, and once when it ends. Thread-safe.
public final class ActiveProblems {
    private static final int MAX_LENGTH = 300;

    private final Log log;

    /// Reasons by operation.
    private final Map<String, String> problems = new ConcurrentSkipListMap<>();

    public ActiveProblems(Log log) {
        this.log = log;
    }

    /// Records that the operation fails.
    ///
    /// @param what the operation, such as `list and watch pods`
    /// @param why the reason, as one clause
    public void begin(String what, String why) {
        String clause = cut(why);
        if (clause.equals(problems.put(what, clause))) return;
        log.warn("cannot " + what, "reason", clause);
    }

    /// Records that the operation works again.
    public void end(String what) {
        if (problems.remove(what) != null) log.info("can " + what + " again");
    }

    /// Returns why the operation fails; empty if it works.
    public Optional<String> reason(String what) {
        return Optional.ofNullable(problems.get(what));
    }

    public boolean isIn(String what) {
        return problems.containsKey(what);
    }

    /// Returns all failures, one clause each.
    public List<String> all() {
        return problems.entrySet().stream()
                .map(it -> "it cannot %s: %s".formatted(it.getKey(), it.getValue()))
                .toList();
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
