package dev.elastigres.protocol.metrics;

import java.util.ArrayList;
import java.util.List;

/// A page in Prometheus' text format (0.0.4): one sample a line, comments between them.
///
/// It reads what exporters write and nothing beyond: an unreadable line makes the whole page
/// unreadable, since half a page looks like a smaller load.
public final class MetricsText {
    /// Larger pages are not those of one VM.
    public static final int MOST_CHARACTERS = 1 << 20;

    private MetricsText() {}

    /// The samples of `page`, in its order.
    ///
    /// @throws MetricsException with the number of the first line that cannot be read
    public static List<Sample> parse(String page) throws MetricsException {
        if (page.length() > MOST_CHARACTERS)
            throw new MetricsException("the page is longer than " + MOST_CHARACTERS);
        var samples = new ArrayList<Sample>();
        int number = 0;
        for (String line : page.split("\n", -1)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#"))
                samples.add(new SampleReader(text, number).read());
        }
        return samples;
    }
}
