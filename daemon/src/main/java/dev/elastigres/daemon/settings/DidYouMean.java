package dev.elastigres.daemon.settings;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Suggests a name for an unknown one.
final class DidYouMean {
    private static final int MAX_EDITS = 4;
    private static final int MIN_PART = 3;

    private DidYouMean() {}

    /// Returns the closest of `names`, if any is close to `typed`: up to a third of the letters
    /// differ, or `typed` is the beginning or the end of the name.
    static Optional<String> closest(String typed, Collection<String> names) {
        String wanted = normal(typed);
        int bound = Math.min(MAX_EDITS, Math.max(1, wanted.length() / 3));
        String best = null;
        int min = bound + 1;
        for (String name : names) {
            String candidate = normal(name);
            int distance = distance(wanted, candidate, bound);
            if (distance > bound && isPart(wanted, candidate)) distance = bound;
            if (distance < min) {
                min = distance;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }

    private static boolean isPart(String part, String name) {
        return part.length() >= MIN_PART && (name.startsWith(part) || name.endsWith(part));
    }

    /// Returns the number of letters to insert, delete, replace or swap with their neighbour to
    /// turn `b` into `a` (optimal string alignment, a Damerau-Levenshtein distance in which each
    /// letter is edited once). May return any number above `bound` if the distance is larger than
    /// that.
    static int distance(String a, String b, int bound) {
        if (Math.abs(a.length() - b.length()) > bound) return bound + 1;
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) last[j] = j;

        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1))
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
