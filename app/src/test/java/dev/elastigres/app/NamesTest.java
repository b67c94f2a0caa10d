package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks the naming rules of the whole repository, tests included, on the formatted sources.
class NamesTest {
    /// Names that stand for the same role in each package that has one.
    private static final Set<String> ROLES = Set.of("Main", "Event", "Action", "State", "Step");

    private static final Pattern DECLARATION =
            Pattern.compile(
                    "^( *)((?:(?:public|protected|private|static|final|abstract|sealed|non-sealed)"
                            + " )*)(class|record|interface|enum|@interface) (\\w+)(.*)$");
    private static final Pattern TIME_LIMIT =
            Pattern.compile("\\b(?:Duration|Optional<Duration>) (?:limit|\\w+Limit)\\b");
    private static final Pattern DIALECT =
            Pattern.compile("\\b(?:least|most|least[A-Z]\\w*|most[A-Z]\\w*)\\b(?= *[;=(),])");

    private record Source(Path file, List<String> lines) {}

    /// @param family whether it is a member of a sealed type, whose name qualifies it
    private record DeclaredType(String name, String place, boolean family) {}

    /// @param indent column of its declaration
    private record Scope(int indent, boolean sealed) {}

    @Test
    void aSimpleNameIsUsedForOneType() throws Exception {
        List<Source> sources = sources();
        // A search that finds no sources would report no problems.
        assertThat(sources.size()).isGreaterThan(800);
        Set<String> sealed = new HashSet<>();
        for (Source source : sources)
            for (String line : source.lines()) {
                Matcher type = DECLARATION.matcher(line);
                if (type.matches() && type.group(2).contains("sealed ")) sealed.add(type.group(4));
            }
        Map<String, List<String>> places = new TreeMap<>();
        for (Source source : sources)
            for (DeclaredType type : types(source, sealed))
                if (!type.family() && !ROLES.contains(type.name()))
                    places.computeIfAbsent(type.name(), _ -> new ArrayList<>()).add(type.place());
        assertThat(places.size()).isGreaterThan(1_000);
        places.values().removeIf(it -> it.size() < 2);
        assertThat(places).as("simple names of more than one type").isEmpty();
    }

    /// A limit is a bound on an amount; a time that ends an attempt is a timeout.
    @Test
    void aTimeIsNotCalledALimit() throws Exception {
        assertThat(found(TIME_LIMIT)).isEmpty();
    }

    @Test
    void boundsAreCalledMinAndMax() throws Exception {
        assertThat(found(DIALECT)).isEmpty();
    }

    private static List<String> found(Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (Source source : sources()) {
            int number = 0;
            for (String line : source.lines()) {
                number++;
                String code = line.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"|//.*", "");
                if (pattern.matcher(code).find())
                    found.add(source.file() + ":" + number + ": " + line.strip());
            }
        }
        return found;
    }

    private static List<DeclaredType> types(Source source, Set<String> sealed) {
        List<DeclaredType> types = new ArrayList<>();
        Deque<Scope> scopes = new ArrayDeque<>();
        boolean inText = false;
        for (int i = 0; i < source.lines().size(); i++) {
            String line = source.lines().get(i);
            if (line.split("\"\"\"", -1).length % 2 == 0) inText = !inText;
            Matcher type = DECLARATION.matcher(line);
            if (inText || !type.matches()) continue;
            int indent = type.group(1).length();
            while (!scopes.isEmpty() && scopes.peek().indent() >= indent) scopes.pop();
            boolean inFamily = scopes.stream().anyMatch(Scope::sealed);
            boolean implementsFamily =
                    Stream.of(header(source.lines(), i).split("\\W+"))
                            .skip(1)
                            .anyMatch(sealed::contains);
            types.add(
                    new DeclaredType(
                            type.group(4),
                            source.file() + ":" + (i + 1),
                            inFamily || implementsFamily));
            scopes.push(new Scope(indent, type.group(2).contains("sealed ")));
        }
        return types;
    }

    /// Returns the types that a declaration implements or extends, up to the start of its body.
    private static String header(List<String> lines, int first) {
        String text = "";
        for (int i = first; i < lines.size() && !text.contains("{"); i++) text += lines.get(i);
        Matcher parents = Pattern.compile("(?:implements|extends) (.*?)\\{").matcher(text);
        return parents.find() ? " " + parents.group(1) : "";
    }

    private static List<Source> sources() throws IOException {
        Path root = Path.of("..").toRealPath();
        List<Path> modules;
        try (var folders = Files.list(root)) {
            modules = folders.filter(it -> Files.exists(it.resolve("pom.xml"))).toList();
        }
        List<Source> sources = new ArrayList<>();
        for (Path module : modules) {
            if (!Files.isDirectory(module.resolve("src"))) continue;
            try (var files = Files.walk(module.resolve("src"))) {
                sources.addAll(
                        files.filter(it -> it.toString().endsWith(".java"))
                                .filter(it -> !it.endsWith("package-info.java"))
                                .filter(it -> !it.endsWith("module-info.java"))
                                .sorted()
                                .map(it -> new Source(root.relativize(it), read(it)))
                                .collect(Collectors.toList()));
            }
        }
        return sources;
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
