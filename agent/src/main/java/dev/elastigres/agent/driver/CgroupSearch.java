package dev.elastigres.agent.driver;

import dev.elastigres.agent.driver.CgroupConfig.CgroupPattern;
import dev.elastigres.core.units.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Explains why no cgroup matches a pattern by naming the cgroups that exist. It searches the whole
/// hierarchy and therefore caches its answers. Not thread-safe.
final class CgroupSearch {
    private static final Duration KEPT = Duration.ofSeconds(30);
    private static final int MAX_NAMED = 3;

    private final Path root;

    /// Cached answers by pattern.
    private final Map<String, SearchResult> answers = new HashMap<>();

    private record SearchResult(String text, Moment at) {}

    CgroupSearch(Path root) {
        this.root = root;
    }

    /// Returns the explanation as one clause.
    String without(CgroupPattern matching, Moment now) {
        SearchResult known = answers.get(matching.glob());
        if (known == null || now.since(known.at).compareTo(KEPT) > 0) {
            known = new SearchResult(answer(matching), now);
            answers.put(matching.glob(), known);
        }
        return known.text;
    }

    private String answer(CgroupPattern matching) {
        String glob = matching.glob();
        String nothing = "no cgroup below %s matches %s".formatted(root, glob);
        String last = glob.substring(glob.lastIndexOf('/') + 1);
        for (String wider : List.of("**/" + last, "**/*postgres*.service", "**/*postgres*")) {
            List<Path> found =
                    below(new CgroupPattern(wider, matching.bounds(), matching.endpoints()));
            if (!found.isEmpty()) return nothing + "; there is " + named(found);
        }
        return nothing + ": is its Postgres running?";
    }

    private List<Path> below(CgroupPattern matching) {
        try {
            return matching.below(root);
        } catch (IOException _) {
            return List.of();
        }
    }

    private String named(List<Path> found) {
        String names =
                found.stream()
                        .limit(MAX_NAMED)
                        .map(it -> root.relativize(it).toString())
                        .collect(Collectors.joining(", "));
        int more = found.size() - MAX_NAMED;
        return more > 0 ? names + " and " + more + " more" : names;
    }
}
