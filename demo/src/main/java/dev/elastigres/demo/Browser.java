package dev.elastigres.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// Opens URLs in the user's browser.
final class Browser {
    private Browser() {}

    /// Opens `url`, or does nothing on a machine without a desktop: the user knows the URL.
    static void open(String url) {
        try {
            new ProcessBuilder("xdg-open", url)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException _) {
            // There is no xdg-open.
        }
    }
}
