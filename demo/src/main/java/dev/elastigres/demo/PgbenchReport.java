package dev.elastigres.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The final report of pgbench.
///
/// @param failed number of failed transactions
/// @param dropped number of connections that were aborted
record PgbenchReport(long transactions, long failed, long dropped) {
    private static final Pattern DONE =
            Pattern.compile("(?m)^number of transactions actually processed: (\\d{1,18})");
    private static final Pattern FAILED =
            Pattern.compile("(?m)^number of failed transactions: (\\d{1,18}) ");
    private static final Pattern ABORTED = Pattern.compile("(?m)client \\d+ .*aborted");

    /// Parses a report.
    ///
    /// @param said pgbench's standard output and standard error
    /// @throws DemoException if it contains no report
    static PgbenchReport parse(String said) throws DemoException {
        return new PgbenchReport(
                number(DONE, said), number(FAILED, said), ABORTED.matcher(said).results().count());
    }

    private static long number(Pattern line, String said) throws DemoException {
        Matcher found = line.matcher(said);
        if (!found.find()) throw new DemoException("pgbench gave no report: " + said.strip());
        return Long.parseLong(found.group(1));
    }

    PgbenchReport plus(PgbenchReport other) {
        return new PgbenchReport(
                transactions + other.transactions, failed + other.failed, dropped + other.dropped);
    }

    boolean isClean() {
        return failed == 0 && dropped == 0;
    }
}
