package dev.elastigres.page;

import dev.elastigres.daemon.http.EventStream;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Upgrade;
import java.util.LinkedHashMap;
import java.util.Map;

/// Headers that limit what a browser does with a response. The page may load files and streams of
/// its own server only; no other response may load anything. Nothing is shown in a frame.
public final class PageHeaders {
    private static final String LOCKED =
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// Policy of the page. Trusted types: no text becomes markup or script, not even by a mistake.
    private static final String PAGE =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; require-trusted-types-for 'script';"
                    + " trusted-types 'none'; "
                    + LOCKED;

    private static final String OTHER = "default-src 'none'; " + LOCKED;

    private PageHeaders() {}

    /// Returns `handler` with the headers on each of its responses.
    public static Handler on(Handler handler) {
        return request -> with(handler.answer(request));
    }

    private static Reply with(Reply reply) {
        return switch (reply) {
            case Response response ->
                    new Response(
                            response.status(),
                            response.contentType(),
                            response.body(),
                            added(
                                    response.headers(),
                                    response.contentType().startsWith("text/html")));
            case EventStream stream ->
                    new EventStream(added(stream.headers(), false), stream.session());
            case Upgrade upgrade -> upgrade;
        };
    }

    private static Map<String, String> added(Map<String, String> headers, boolean page) {
        var more = new LinkedHashMap<>(headers);
        more.put("Content-Security-Policy", page ? PAGE : OTHER);
        more.put("X-Content-Type-Options", "nosniff");
        more.put("Referrer-Policy", "no-referrer");
        more.put("Cross-Origin-Resource-Policy", "same-origin");
        return more;
    }
}
