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

/// The modules of this application's monitor.
///
/// @param modules our own modules and the libraries
/// @param platform names of the JDK modules that these require
record MonitorBundle(List<ModuleReference> modules, Set<String> platform) {
    private static final String ROOT = "dev.elastigres.monitor";

    /// The JDK modules that the Postgres driver uses. The driver is an automatic module and
    /// declares none. `java.desktop` is left out: only the driver's geometric types need it.
    static final Set<String> DRIVER =
            Set.of("java.management", "java.naming", "java.security.jgss");

    /// Finds the modules of the running application, on its module path or else on its class path.
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

    /// Follows the `requires` of the monitor's modules. Plain resolution would find too many: a
    /// single automatic module makes all others part of the result.
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

    /// Returns the jars, sorted by path.
    List<Path> jars() throws PackException {
        var jars = modules.stream().map(MonitorBundle::file).sorted().toList();
        for (Path jar : jars) {
            if (!Files.isRegularFile(jar))
                throw new PackException.Refused(
                        "cannot pack the monitor: %s is not a jar".formatted(jar));
        }
        return jars;
    }

    /// Returns the folder of the monitor's Java runtime below `cache`, and makes it if it does not
    /// exist.
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
