package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.settings.DocumentedSetting;
import dev.elastigres.daemon.settings.SettingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks the texts of the daemons' settings, and the pages that are made of them.
/// `-Dsettings.update=true` rewrites the tables of the pages; read the differences afterwards.
class SettingsDocsTest {
    /// The rest of a page after this line is generated.
    private static final String MARK = "<!-- Generated from the code by SettingsDocsTest. -->";

    private static final Pattern MEANING = Pattern.compile("[A-Z](?!\\w+: ).*[^.]");
    private static final Pattern ADVICE = Pattern.compile("[A-Z].*\\.");
    private static final Pattern SENTENCE_END = Pattern.compile("\\.(?: (?=[A-Z])|$)");
    private static final int MAX_SENTENCES = 3;

    /// Words that the settings' texts do not use: metaphors, and pronouns in place of nouns.
    private static final Pattern DIALECT =
            Pattern.compile(
                    "(?i)\\b(?:whoever|nobody|somebody|such a one|what there is|for want of|news"
                            + "|looks?|looked|tells?|told|says?|said|hears?|heard|asks who|words?"
                            + "|knows?|patience|farewell|honou?red|hurts?)\\b");

    /// A setting's name with more than one part, which cannot be a plain word.
    private static final Pattern LONG_NAME = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)+");

    /// A page of one daemon's settings.
    private record SettingsPage(Path file, List<DocumentedSetting> settings) {
        static SettingsPage of(String name, SettingTable table) {
            return new SettingsPage(Path.of("..", "docs", name), table.documentation());
        }
    }

    static List<SettingsPage> pages() {
        return List.of(
                SettingsPage.of("agent-settings.md", dev.elastigres.agent.Main.settings()),
                SettingsPage.of("monitor-settings.md", dev.elastigres.monitor.Main.settings()),
                SettingsPage.of("reclaimer-settings.md", dev.elastigres.reclaimer.Main.settings()),
                SettingsPage.of(
                        "controller-settings.md", dev.elastigres.controller.Main.settings()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePageHasEverySetting(SettingsPage page) throws IOException {
        List<String> lines = Files.readAllLines(page.file());
        assertThat(lines).contains(MARK);
        var made = new ArrayList<>(lines.subList(0, lines.indexOf(MARK) + 1));
        made.addAll(tables(page.settings()));
        if (Boolean.getBoolean("settings.update")) Files.write(page.file(), made);
        else
            assertThat(lines)
                    .as(
                            "%s, which `./elastigres test -pl app -am -Dtest=SettingsDocsTest"
                                    + " -Dsettings.update=true` updates",
                            page.file())
                    .isEqualTo(made);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySettingDescribesMeaningAndChoice(SettingsPage page) {
        var problems = new ArrayList<String>();
        for (DocumentedSetting each : page.settings()) {
            if (!MEANING.matcher(each.meaning()).matches())
                problems.add(
                        each.name()
                                + ": the meaning is a sentence or noun phrase, without a prefix and"
                                + " without a full stop: "
                                + each.meaning());
            if (!ADVICE.matcher(each.advice()).matches() || sentences(each) > MAX_SENTENCES)
                problems.add(each.name() + ": give one to three sentences: " + each.advice());
            for (String text : List.of(each.meaning(), each.advice()))
                DIALECT.matcher(text)
                        .results()
                        .forEach(it -> problems.add(each.name() + ": " + it.group()));
        }
        assertThat(page.settings()).isNotEmpty();
        assertThat(problems).isEmpty();
    }

    private static long sentences(DocumentedSetting setting) {
        return SENTENCE_END.matcher(setting.advice()).results().count();
    }

    private static List<String> tables(List<DocumentedSetting> settings) {
        List<String> names = settings.stream().map(DocumentedSetting::name).toList();
        var lines = new ArrayList<String>();
        String heading = "";
        for (DocumentedSetting each : settings) {
            if (!each.heading().equals(heading)) {
                heading = each.heading();
                lines.addAll(
                        List.of(
                                "",
                                "## " + heading,
                                "",
                                "| setting | values | default | meaning, and how to choose it |",
                                "|---|---|---|---|"));
            }
            String advice = each.advice().isEmpty() ? "" : " " + each.advice();
            lines.add(
                    "| `%s` | %s | %s | %s.%s |"
                            .formatted(
                                    each.name(),
                                    values(each),
                                    code(each.fallback()),
                                    text(each.meaning(), names),
                                    text(advice, names)));
        }
        return lines;
    }

    /// Alternatives are code each, because a pipe would end the cell.
    private static String values(DocumentedSetting setting) {
        return String.join(
                ", ", Stream.of(setting.values().split("\\|")).map(it -> code(it)).toList());
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String text(String text, List<String> names) {
        String escaped = text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
        return LONG_NAME
                .matcher(escaped)
                .replaceAll(it -> names.contains(it.group()) ? "`" + it.group() + "`" : "$0");
    }
}
