package dev.elastigres.kubernetes.node;

import dev.elastigres.daemon.log.Log;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// What cannot be done now, and why. Each is said once when it begins or its reason changes, and
/// once when it is over. For any thread.
public final class ActiveProblems {
    private static final int MAX_LENGTH = 300;

    private final Log log;

    /// By what cannot be done.
    private final Map<String, String> problems = new ConcurrentSkipListMap<>();

    public ActiveProblems(Log log) {
        this.log = log;
    }

    /// @param what cannot be done, as `list and watch pods`
    /// @param why one clause
    public void begin(String what, String why) {
        String clause = cut(why);
        if (clause.equals(problems.put(what, clause))) return;
        log.warn("cannot " + what, "reason", clause);
    }

    /// It can be done again.
    public void end(String what) {
        if (problems.remove(what) != null) log.info("can " + what + " again");
    }

    /// Why it cannot be done; empty when it can.
    public Optional<String> reason(String what) {
        return Optional.ofNullable(problems.get(what));
    }

    public boolean isIn(String what) {
        return problems.containsKey(what);
    }

    /// One clause each.
    public List<String> all() {
        return problems.entrySet().stream()
                .map(it -> "it cannot %s: %s".formatted(it.getKey(), it.getValue()))
                .toList();
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }
}
