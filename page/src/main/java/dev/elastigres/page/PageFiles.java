package dev.elastigres.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of the page. They are read from the jar at each request, because requests are rare and
/// the daemon's memory is not free.
final class PageFiles {
    private static final String INDEX = "index.html";

    /// Everything that the page loads, besides [#INDEX].
    private static final List<String> FILES =
            List.of(
                    "page.css",
                    "page.js",
                    "stream.js",
                    "format.js",
                    "overview.js",
                    "machine.js",
                    "charts.js",
                    "actions.js",
                    "icon.svg",
                    "uplot/uPlot.esm.js",
                    "uplot/uPlot.css",
                    "uplot/LICENSE");

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "", "text/plain; charset=utf-8");

    private PageFiles() {}

    static Routes routes() {
        Routes routes = Routes.NONE.with("/", _ -> response(INDEX));
        for (String file : FILES) routes = routes.with("/page/" + file, _ -> response(file));
        return routes;
    }

    private static Response response(String file) {
        String suffix = file.substring(file.lastIndexOf('.') + 1);
        String type = TYPES.getOrDefault(suffix, "text/plain; charset=utf-8");
        // Revalidation: after an upgrade of the daemon, a browser must not mix two versions.
        return new Response(200, type, read(file), Map.of("Cache-Control", "no-cache"));
    }

    private static String read(String file) {
        try (@Nullable InputStream in = PageFiles.class.getResourceAsStream("web/" + file)) {
            if (in == null) throw new IllegalStateException("the jar lacks web/" + file);
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read web/" + file, e);
        }
    }
}
