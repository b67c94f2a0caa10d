package dev.elastigres.distribution;

import dev.elastigres.node.NodeMain;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The jars of a program: its main module and the runtime dependencies of that, as the build listed
/// them.
///
/// @param jars sorted by file name
record JarBundle(List<Path> jars) {
    private static final Pattern LIBRARY =
            Pattern.compile("\\s*[\\w.-]+:(?<artifact>[\\w.-]+):jar:(?<version>[\\w.-]+):\\w+.*");

    /// Left out because it is large: only the Postgres driver's geometric types need it, and we do
    /// not use them.
    private static final String DESKTOP = "java.desktop";

    /// The dependency lists that the build writes, one `group:artifact:jar:version:scope` a line.
    enum DependencyList {
        /// Of the daemons of a Kubernetes node.
        NODE("META-INF/elastigres/node-libraries.txt", NodeMain.class, "elastigres-node"),
        /// Of the installed command.
        COMMAND(
                "META-INF/elastigres/command-libraries.txt",
                dev.elastigres.cli.Main.class,
                "elastigres-cli");

        private final String file;
        private final Class<?> main;
        private final String artifact;

        /// @param main class of the module that contains the list
        /// @param artifact name of that module's artifact, which is not in its own list
        DependencyList(String file, Class<?> main, String artifact) {
            this.file = file;
            this.main = main;
            this.artifact = artifact;
        }

        private String text() {
            try (InputStream list = main.getModule().getResourceAsStream(file)) {
                if (list == null)
                    throw new IllegalStateException("the build did not write " + file);
                return new String(list.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }

        /// Returns the file names of all jars, sorted.
        SortedSet<String> names() {
            var names = new TreeSet<String>();
            for (String line : text().lines().toList()) {
                var library = LIBRARY.matcher(line);
                if (!library.matches()) continue;
                String version = "-" + library.group("version") + ".jar";
                names.add(library.group("artifact") + version);
                // All modules of one build have the same version.
                if (library.group("artifact").equals("elastigres-core"))
                    names.add(artifact + version);
            }
            return names;
        }
    }

    static JarBundle ofThisApplication(DependencyList list) throws PackException {
        String path = System.getProperty("jdk.module.path");
        if (path == null) path = System.getProperty("java.class.path", "");
        return of(list, Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of).toList());
    }

    /// Finds the jars of a program.
    ///
    /// @param path folders of jars, and jars
    /// @throws PackException.Refused if a jar is missing
    static JarBundle of(DependencyList list, List<Path> path) throws PackException {
        var files = new HashMap<String, Path>();
        for (Path place : path) {
            if (place.toString().endsWith(".jar")) files.putIfAbsent(name(place), place);
            if (!Files.isDirectory(place)) continue;
            try (Stream<Path> inside = Files.list(place)) {
                inside.filter(file -> file.toString().endsWith(".jar"))
                        .forEach(file -> files.putIfAbsent(name(file), file));
            } catch (IOException e) {
                throw new PackException.Failed("cannot read " + place, e);
            }
        }
        var jars = new ArrayList<Path>();
        for (String name : list.names()) {
            Path jar = files.get(name);
            if (jar == null)
                throw new PackException.Refused("cannot pack the program: missing " + name);
            jars.add(jar);
        }
        return new JarBundle(jars);
    }

    static String name(Path jar) {
        return jar.getFileName().toString();
    }

    static boolean isOurs(Path jar) {
        return name(jar).startsWith("elastigres-");
    }

    /// Returns the folder of the program's Java runtime below `cache`, and makes it if it does not
    /// exist.
    Path runtime(Path cache) throws PackException {
        return JavaRuntime.with(platform()).in(cache);
    }

    /// Returns the JDK modules that the jars require. For a jar without a module descriptor they
    /// are those that its classes refer to, as jdeps finds them.
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
        var messages = new StringWriter();
        var writer = new PrintWriter(messages);
        int code =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow(
                                () -> new PackException.Refused("jdeps is missing: use a full JDK"))
                        .run(
                                writer,
                                writer,
                                "-s",
                                "--multi-release",
                                "base",
                                "--ignore-missing-deps",
                                jar.toString());
        if (code != 0)
            throw new PackException.Failed("jdeps failed: " + messages.toString().strip());
        return messages.toString()
                .lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.toSet());
    }
}
