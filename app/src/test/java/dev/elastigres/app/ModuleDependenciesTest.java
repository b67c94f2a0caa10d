package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Compares ARCHITECTURE.md's chain of dependencies with the modules' POMs, which name the modules
/// that [ArchitectureTest] does not see, too.
class ModuleDependenciesTest {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>\\s*<groupId>(?:dev\\.elastigres|\\$\\{project\\.groupId})</groupId>"
                            + "\\s*<artifactId>elastigres-([a-z-]+)</artifactId>(.*?)</dependency>",
                    Pattern.DOTALL);

    private final Map<String, Set<String>> direct = dependencies();

    ModuleDependenciesTest() throws IOException {}

    @Test
    void theChainIsThatOfThePoms() throws Exception {
        List<List<String>> chain = chain();
        assertThat(chain).hasSizeGreaterThan(4);
        for (int at = 0; at < chain.size(); at++) {
            for (String module : chain.get(at)) {
                if (at > 0)
                    assertThat(reachable(module))
                            .as("dependencies of %s", module)
                            .containsAnyElementsOf(chain.get(at - 1));
                for (List<String> later : chain.subList(at, chain.size()))
                    assertThat(reachable(module))
                            .as("dependencies of %s", module)
                            .doesNotContainAnyElementsOf(later);
            }
        }
    }

    @Test
    void daemonsPlatformsAndTestbedAreSeparate() {
        assertThat(reachable("monitor")).doesNotContain("agent");
        assertThat(reachable("agent")).doesNotContain("monitor", "platform-vm", "kubernetes", "vm");
        assertThat(reachable("cli")).doesNotContain("testbed");
        assertThat(direct.get("image")).isEmpty();
    }

    /// Returns the modules that the sentence "Dependencies point one way" names, as groups in its
    /// order.
    private static List<List<String>> chain() throws IOException {
        String text = Files.readString(Path.of("../ARCHITECTURE.md"));
        int start = text.indexOf("Dependencies point one way:");
        String sentence = text.substring(start, text.indexOf('.', start));
        List<List<String>> groups = new ArrayList<>();
        for (String group : sentence.split("←", -1))
            groups.add(
                    Pattern.compile("`([a-z-]+)`")
                            .matcher(group)
                            .results()
                            .map(it -> it.group(1))
                            .toList());
        return groups;
    }

    private Set<String> reachable(String module) {
        var all = new HashSet<String>();
        var open = new ArrayList<>(direct.get(module));
        while (!open.isEmpty()) {
            String next = open.removeLast();
            if (all.add(next)) open.addAll(direct.get(next));
        }
        return all;
    }

    private static Map<String, Set<String>> dependencies() throws IOException {
        var all = new TreeMap<String, Set<String>>();
        String root = Files.readString(Path.of("../pom.xml"));
        for (MatchResult module : MODULE.matcher(root).results().toList()) {
            String pom = Files.readString(Path.of("..", module.group(1), "pom.xml"));
            var main = new HashSet<String>();
            for (MatchResult found : DEPENDENCY.matcher(pom).results().toList())
                if (!found.group(2).contains("<scope>test</scope>")) main.add(found.group(1));
            all.put(module.group(1), main);
        }
        assertThat(all).hasSizeGreaterThan(20);
        assertThat(all.values().stream().filter(Set::isEmpty)).hasSizeLessThan(8);
        return all;
    }
}
