package dev.elastigres.distribution;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The monitor of this very application, and what it needs.
/// @param modules our own and the libraries'
/// @param platform the names of the JDK's modules that these require
record MonitorBundle(List<ModuleReference> modules, Set<String> platform) {
    private static final String ROOT = "dev.elastigres.monitor";

    /// What the Postgres driver uses of the JDK: being an automatic module, it does not say.
    /// Without `java.desktop`, which is for its geometric types only.
    static final Set<String> DRIVER =
            Set.of("java.management", "java.naming", "java.security.jgss");

    /// Of the application that runs now; from its class path where it has no module path.
    static MonitorBundle ofThisApplication() throws PackException {
        String path = System.getProperty("jdk.module.path");
        if (path == null) path = System.getProperty("java.class.path", "");
        try {
            return in(
                    ModuleFinder.of(
                            Arrays.stream(path.split(File.pathSeparator, -1))
                                    .map(Path::of)
                                    .toArray(Path[]::new)));
        } catch (FindException | ResolutionException e) {
            throw new PackException.Failed("cannot find the monitor's modules", e);
        }
    }

    /// Resolution alone would say too much: a single automatic module draws in all others.
    static MonitorBundle in(ModuleFinder application) {
        var resolved =
                Configuration.empty().resolve(application, ModuleFinder.ofSystem(), Set.of(ROOT));
        var found = new LinkedHashMap<String, ModuleReference>();
        var platform = new TreeSet<>(DRIVER);
        var open = new ArrayDeque<>(List.of(ROOT));
        while (!open.isEmpty()) {
            String name = open.poll();
            ModuleReference module = resolved.findModule(name).orElseThrow().reference();
            if (ModuleFinder.ofSystem().find(name).isPresent()) platform.add(name);
            else if (found.putIfAbsent(name, module) == null) open.addAll(required(module));
        }
        return new MonitorBundle(List.copyOf(found.values()), platform);
    }

    static List<String> required(ModuleReference module) {
        return module.descriptor().requires().stream()
                .filter(requires -> !requires.modifiers().contains(Modifier.STATIC))
                .map(Requires::name)
                .toList();
    }

    /// Its jars, in the order of their names.
    List<Path> jars() throws PackException {
        var jars = modules.stream().map(MonitorBundle::file).sorted().toList();
        for (Path jar : jars) {
            if (!Files.isRegularFile(jar))
                throw new PackException.Refused(
                        "the monitor is not packed: %s is no jar".formatted(jar));
        }
        return jars;
    }

    /// A runtime for it, made unless `cache` has that already.
    Path runtime(Path cache) throws PackException {
        return JavaRuntime.with(platform).in(cache);
    }

    String version() {
        return modules.stream()
                .map(ModuleReference::descriptor)
                .filter(descriptor -> descriptor.name().equals(ROOT))
                .findFirst()
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("0");
    }

    static Path file(ModuleReference module) {
        return Path.of(module.location().orElseThrow());
    }
}
