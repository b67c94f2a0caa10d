package dev.elastigres.monitor;

import dev.elastigres.monitor.ScrapedPage.ScrapedFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The metrics of each page, as documented in `docs/metrics.md`.
final class DocumentedMetrics {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (\\w+) \\| [^|]*\\| (.+) \\|$");

    private DocumentedMetrics() {}

    /// Returns a file of the repository.
    static Path file(String path) {
        return ROOT.resolve(path);
    }

    /// Returns the metrics of a section.
    ///
    /// @param section its heading: `The monitor`
    static List<ScrapedFamily> of(String section) throws IOException {
        String text = Files.readString(file("docs/metrics.md"));
        int begin = text.indexOf("\n## " + section + "\n");
        if (begin < 0) throw new AssertionError("no section " + section);
        int end = text.indexOf("\n## ", begin + 1);
        return ROW.matcher(text.substring(begin, end))
                .results()
                .map(row -> new ScrapedFamily(row.group(1), row.group(2), row.group(3)))
                .toList();
    }
}
