package dev.elastigres.daemon.metrics;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import java.util.function.Consumer;

/// Serves a metrics page, in the format that the scraper prefers.
///
/// @param page writes the values known at the time of the scrape; must not block
public record MetricsHandler(Consumer<MetricsWriter> page) implements Handler {

    @Override
    public Reply answer(Request request) {
        MetricsFormat format = MetricsFormat.negotiate(request.header("Accept").orElse(""));
        var writer = new MetricsWriter(format);
        page.accept(writer);
        return new Response(200, format.contentType(), writer.finish());
    }
}
