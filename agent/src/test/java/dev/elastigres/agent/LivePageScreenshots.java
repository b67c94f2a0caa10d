package dev.elastigres.agent;

import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.page.LivePage;
import dev.elastigres.page.PageHeaders;
import dev.elastigres.page.PageSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.OutputType;

/// Makes the screenshots of the documentation: `./elastigres screenshots`. No test of its own, so
/// that the tests do not write into the documentation.
@ExtendWith(ChromiumCondition.class)
class LivePageScreenshots {
    private static final String MACHINE = "#machine/orders";

    private final Path folder = Path.of(System.getProperty("screenshots", "target/screenshots"));

    @Test
    void ofASimulatedDay() throws Exception {
        Files.createDirectories(folder);
        PageSource day = SimulatedDay.run(Instant.now());
        var page = new LivePage(day, new SameOriginCheck((_, _) -> {}));
        try (var server =
                        HttpServer.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                page.routes()
                                        .with(
                                                OperatorEndpoint.PATH,
                                                _ -> Response.json(200, "{\"allowed\":true}"))
                                        .wrapped(PageHeaders::on),
                                ServerLimits.DEFAULT,
                                (what, _, cause) -> {
                                    throw new AssertionError(what, cause);
                                });
                var browser = HeadlessChromium.start()) {
            String url = "http://" + HostPort.of(server.address()) + "/";
            for (String scheme : new String[] {"light", "dark"}) {
                browser.prefer(scheme);
                browser.resize(1280, 880, false, 1);
                shoot(browser, url, "overview-" + scheme);
                browser.resize(1280, 1000, false, 1);
                shoot(browser, url + MACHINE, "machine-" + scheme);
                browser.resize(390, 844, true, 1.5);
                shoot(browser, url, "overview-phone-" + scheme);
                shoot(browser, url + MACHINE, "machine-phone-" + scheme);
            }
            page.close();
        }
    }

    private void shoot(HeadlessChromium browser, String url, String name) throws Exception {
        browser.open("about:blank");
        browser.open(url);
        if (url.endsWith(MACHINE)) {
            browser.await("the events", () -> browser.texts(".events tbody tr").size() > 5);
            // The pointer, where something happened.
            browser.run(
                    """
                    const over = document.querySelector('.plot .u-over');
                    const box = over.getBoundingClientRect();
                    over.dispatchEvent(new MouseEvent('mousemove', {
                        clientX: box.left + box.width * 0.62, clientY: box.top + 40, bubbles: true }));
                    """);
        } else {
            browser.await("the rows", () -> browser.texts("#rows tr").size() > 5);
        }
        browser.await(
                "the stream",
                () ->
                        browser.run("return document.getElementById('live').dataset.state")
                                .equals("live"));
        // Two frames: what the last message changed is drawn.
        browser.runAsync(
                "const done = arguments[0];requestAnimationFrame(() =>"
                        + " requestAnimationFrame(() => done()))");
        Files.write(
                folder.resolve(name + ".png"), browser.driver().getScreenshotAs(OutputType.BYTES));
    }
}
