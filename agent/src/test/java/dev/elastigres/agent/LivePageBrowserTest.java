package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.platform.DriverPlatform;
import dev.elastigres.agent.worker.FakeGuest;
import dev.elastigres.agent.worker.FakeHost;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/// The live page of a real agent in a real browser.
@ExtendWith(ChromiumCondition.class)
class LivePageBrowserTest {
    private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    private static final VmEndpoints NO_ENDPOINTS =
            VmEndpoints.at(Optional.empty(), Optional.empty(), Optional.empty());
    private static final String LIVE = "return document.getElementById('live').dataset.state";

    private static @Nullable HeadlessChromium shared;

    private static final String TOKEN = "0123456789abcdef";

    @TempDir private Path folder;

    private final FakeHost host = new FakeHost();
    private FakeGuest guest;
    private HeadlessChromium browser;
    private Agent agent;
    private String address;

    @BeforeAll
    static void startBrowser() {
        shared = HeadlessChromium.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (shared != null) shared.close();
    }

    @BeforeEach
    void open() throws Exception {
        browser = Objects.requireNonNull(shared);
        guest = FakeGuest.start();
        guest.load = 0.1;
        host.boot("db", "1", 1, guest.endpoints());
        host.boot(SCRIPT, "1", 2, NO_ENDPOINTS);
        host.boot("ns/pod 1", "1", 3, NO_ENDPOINTS);
        agent = start(0);
        address = "http://" + agent.address() + "/";
        browser.resize(1400, 900, false, 1);
        browser.prefer("light");
        browser.open("about:blank");
        browser.log();
        browser.open(address);
        browser.await("all rows", () -> browser.texts("#rows tr").size() == 3);
    }

    @AfterEach
    void close() {
        agent.close();
        guest.close();
    }

    private Agent start(int port) throws Exception {
        var size = new Resources(16, Bytes.ofGibibytes(64));
        var table = new AgentSettings(size, Platforms.find());
        List<String> flags =
                List.of(
                        "--addr=127.0.0.1:" + port,
                        "--metrics-interval=1s",
                        "--metrics-timeout=900ms",
                        "--max-cpus=1.5",
                        "--actions-token-file="
                                + Files.writeString(folder.resolve("token"), TOKEN + "\n"));
        Settings settings = ((Invocation.Run) table.table().read(flags, Map.of())).settings();
        Log log =
                Log.to(
                        OutputStream.nullOutputStream(),
                        LogFormat.TEXT,
                        LogLevel.ERROR,
                        Clock.systemUTC());
        Agent started = Agent.start(table.config(settings), new DriverPlatform(host), log);
        started.showSettings(
                vm -> table.describe(settings, vm),
                (vm, given) -> table.rulesWith(settings, vm, given));
        return started;
    }

    @Test
    void pageShowsWhatTheStatusReports() throws Exception {
        browser.await("a known load", () -> status("db").get("goal").isPresent());
        browser.await(
                "the rows of the status",
                () -> {
                    for (Json each : status().list("vms")) {
                        var vm = (Json.Obj) each;
                        String name = vm.text("name").orElseThrow();
                        String why = vm.text("why").orElseThrow().substring(name.length() + 1);
                        String row = row(name);
                        if (!row.contains(cpus(vm)) || !row.contains(why)) return false;
                    }
                    return true;
                });
        assertThat(browser.text("#meters")).contains("of 16 CPUs handed out", "of 63 GiB");
        assertThat(browser.texts("#filters button").getFirst()).isEqualTo("3 all");
        assertThat(browser.texts("#rows th")).contains("db", "ns/pod 1", SCRIPT);
    }

    private String row(String name) {
        return (String)
                browser.run(
                        "return [...document.querySelectorAll('#rows tr')]"
                                + ".find(it => it.querySelector('th').textContent === arguments[0])"
                                + "?.innerText ?? ''",
                        name);
    }

    private static String cpus(Json.Obj vm) {
        String text = vm.object("size").orElseThrow().get("cpus").orElseThrow().compact();
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    @Test
    void aChangeIsShownWithoutLoading() throws Exception {
        browser.run("window.sameDocument = true");
        assertThat(row("db")).contains("0.25\nof 1.5 CPUs");
        guest.load = 0.85;
        browser.await("the size after growth", () -> row("db").contains("1\nof 1.5 CPUs"));
        host.end("ns/pod 1");
        browser.await("a VM less", () -> browser.texts("#rows tr").size() == 2);
        host.boot("later", "1", 1, NO_ENDPOINTS);
        browser.await("a new VM", () -> !row("later").isEmpty());
        assertThat(browser.run("return window.sameDocument === true")).isEqualTo(true);
    }

    @Test
    void thePageConnectsAgainAfterARestart() throws Exception {
        assertThat(browser.run(LIVE)).isEqualTo("live");
        int port = agent.address().port();
        agent.close();
        browser.await("that it is not live", () -> browser.run(LIVE).equals("lost"));
        assertThat(browser.text("#live")).matches("not live: \\d+ s old, connecting again");
        host.end("ns/pod 1");
        agent = start(port);
        browser.await("that it is live", () -> browser.run(LIVE).equals("live"));
        browser.await("the VMs of now", () -> browser.texts("#rows tr").size() == 2);
    }

    @Test
    void aMachineIsOpenedAndLeftByKeyboard() throws Exception {
        press("/", "pod");
        browser.await("the search", () -> visibleRows() == 1);
        press(Keys.ARROW_DOWN, Keys.ENTER);
        browser.await("the machine", () -> browser.text(".machine h1").equals("ns/pod 1"));
        browser.await("its sizes", () -> browser.text(".size-card").contains("0.75"));
        assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("H1");
        assertThat(browser.texts(".settings tr"))
                .contains("max-cpus1.5flag --max-cpus", "ruleselastigresdefault");
        browser.await("an event", () -> !browser.texts(".events tbody tr").isEmpty());
        press(Keys.ESCAPE);
        browser.await("the overview", () -> visibleRows() == 1);
        assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("ns/pod 1");
    }

    @Test
    void chartsShowSizeAndDemandAndTheDecisionAtThePointer() throws Exception {
        browser.open("about:blank");
        browser.open(address + "#machine/db");
        browser.await("the charts", () -> browser.texts(".plot canvas").size() == 2);
        browser.await(
                "points",
                () ->
                        browser.run("return document.querySelector('.plot').ariaLabel")
                                .toString()
                                .contains("size 0.25, demand 0.1 now"));
        browser.run("document.querySelector('.plot').focus()");
        press(Keys.ARROW_LEFT);
        browser.await(
                "the values and the decision",
                () ->
                        browser.text(".pointed").contains("CPUs: size 0.25")
                                && browser.text(".pointed").contains("has 0.25 CPUs and 1GiB"));
        assertThat(browser.text(".machine")).contains("connected, protocol 1.1");
    }

    @Test
    void anOperatorPausesAMachineAndTriesASetting() throws Exception {
        browser.open("about:blank");
        browser.open(address + "#machine/db");
        browser.await("the actions", () -> browser.text(".actions").contains("Pause"));
        click("Pause");
        browser.await(
                "a refusal",
                () -> browser.text(".result").equals("Refused: a bearer token is required"));
        browser.run("document.querySelector('.actions input[type=password]').focus()");
        press(TOKEN);
        click("Pause");
        browser.await(
                "the answer", () -> browser.text(".result").startsWith("db was paused until 20"));
        browser.await("the state", () -> browser.text(".machine .badge").equals("paused"));
        browser.await("the event", () -> browser.text(".events").contains("it is paused for"));
        assertThat(status("db").object("hold").orElseThrow().text("kind")).contains("paused");
        browser.run(
                "const [name, value] = [...document.querySelectorAll('.action')].at(-2)"
                        + ".querySelectorAll('select, input');"
                        + "name.value = 'min-cpus'; value.value = '0.75'");
        click("Try");
        browser.await(
                "the preview",
                () ->
                        browser.text(".result")
                                .startsWith(
                                        "With this setting: db has 0.25 CPUs and 1GiB and should"
                                                + " have 0.75 CPUs"));
        click("Resume scaling");
        browser.await("the end", () -> browser.text(".result").startsWith("db was released by"));
        browser.await("the state", () -> !browser.text(".machine .badge").equals("paused"));
        assertThat(browser.run("return document.cookie + localStorage.length")).isEqualTo("0");
    }

    private void click(String button) {
        browser.run(
                "[...document.querySelectorAll('.actions button')]"
                        + ".find(it => it.textContent === arguments[0]).click()",
                button);
    }

    /// Neither names nor anything else becomes markup, and nothing is loaded from elsewhere.
    @Test
    void textOfMachinesIsNeverMarkup() throws Exception {
        browser.run(
                "[...document.querySelectorAll('#rows a')].find(it =>"
                        + " it.textContent.startsWith('<script')).click()");
        browser.await("the machine", () -> browser.text(".machine h1").equals(SCRIPT));
        browser.await("its state", () -> !browser.text(".machine .badge").equals("…"));
        assertThat(browser.run("return document.querySelectorAll('img:not(.brand img)').length"))
                .isEqualTo(0L);
        assertThat(browser.run("return document.querySelectorAll('script').length")).isEqualTo(1L);
        assertThat(
                        browser.run(
                                "return performance.getEntriesByType('resource').map(it => it.name)"
                                        + ".filter(it => !it.startsWith(location.origin)).length"))
                .isEqualTo(0L);
        assertThat(browser.log()).isEmpty();
    }

    /// The policy is in force: what the page does not do, it could not do either.
    @Test
    void thePolicyForbidsMarkupAndForeignRequests() {
        assertThat(
                        browser.run(
                                "try { document.body.innerHTML = 'x'; return 'done' }"
                                        + " catch (e) { return e.name }"))
                .isEqualTo("TypeError");
        assertThat(
                        browser.runAsync(
                                "const done ="
                                        + " arguments[0];fetch('http://127.0.0.1:9/').then(()"
                                        + " => done('done'), e => done(e.name))"))
                .isEqualTo("TypeError");
        assertThat(browser.log()).anyMatch(it -> it.contains("Content Security Policy"));
    }

    @ParameterizedTest
    @CsvSource({"light, 1400, false", "dark, 1400, false", "light, 390, true", "dark, 390, true"})
    void axeFindsNothing(String scheme, int width, boolean phone) throws Exception {
        browser.prefer(scheme);
        browser.resize(width, 900, phone, 1);
        browser.run(resource("/axe.min.js"));
        assertThat(violations()).isEmpty();
        browser.run("location.hash = '#machine/db'");
        browser.await("its sizes", () -> browser.text(".size-card").contains("0.25"));
        browser.await("an event", () -> !browser.texts(".events tbody tr").isEmpty());
        assertThat(violations()).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private List<String> violations() {
        return (List<String>)
                browser.runAsync(
                        "const done = arguments[0];axe.run({ runOnly: ['wcag2a', 'wcag2aa',"
                                + " 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(it =>"
                                + " done(it.violations.map(v => v.id + ': ' + v.nodes.map(n =>"
                                + " n.html + ' ' + n.failureSummary).join(' | '))))");
    }

    private static String resource(String name) throws IOException {
        try (@Nullable InputStream in = LivePageBrowserTest.class.getResourceAsStream(name)) {
            if (in == null) throw new AssertionError("no resource " + name);
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private long visibleRows() {
        return (long)
                browser.run(
                        "return document.querySelectorAll('#overview:not([hidden]) #rows"
                                + " tr:not([hidden])').length");
    }

    private void press(CharSequence... keys) {
        var actions = new Actions(browser.driver());
        for (CharSequence each : keys) actions.sendKeys(each);
        actions.perform();
    }

    private Json.Obj status() throws Exception {
        return (Json.Obj) Json.parse(read("status"));
    }

    private Json.Obj status(String name) throws Exception {
        return (Json.Obj) Json.parse(read("status/" + name));
    }

    private String read(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address + path)).build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }
}
