package dev.elastigres.distribution;

import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// The image of the daemons of a Kubernetes node. It is built from scratch; its only programs are
/// `elastigres`, `elastigres-monitor` and `elastigres-reclaimer`.
///
/// @param cache folder of files that can be made again
/// @param time creation time of the image and modification time of every file in it
/// @param progress receives lines of progress for an interactive user
public record NodeImage(Path cache, Instant time, Consumer<String> progress) {
    private static final String NAME = "elastigres";
    private static final String MONITOR = "elastigres-monitor";
    private static final String MONITOR_CLASSES = "monitor.aot";
    private static final String RECLAIMER = "elastigres-reclaimer";
    private static final String RECLAIMER_CLASSES = "reclaimer.aot";
    private static final String ROOT = "opt/elastigres/";
    private static final String PROGRAM = "/" + ROOT + "bin/" + NAME;

    static String version() {
        return BuildVersion.of(NodeImage.class);
    }

    /// Returns the image of the running application's daemons.
    ///
    /// @param progress receives lines of progress for an interactive user
    public static NodeImage ofThisApplication(Consumer<String> progress) throws PackException {
        var environment = System.getenv();
        var packages = MonitorPackages.from(XdgFolders.from(environment).cache(), environment);
        return new NodeImage(packages.cache(), packages.time(), progress);
    }

    /// Writes the image into `folder`.
    ///
    /// @return the file, for `docker load` and `ctr images import`
    public Path tar(Path folder) throws PackException, InterruptedException {
        Path file = file(folder);
        write(file, folder);
        return file;
    }

    /// Writes the image into `folder`.
    ///
    /// @return a line with the file, its size and the image's digest
    String write(Path folder) throws PackException, InterruptedException {
        Path file = file(folder);
        String digest = write(file, folder);
        try {
            return "%s (%.1f MB, %s)".formatted(file, Files.size(file) / 1e6, digest);
        } catch (IOException e) {
            throw new PackException.Failed("cannot read " + file, e);
        }
    }

    private static Path file(Path folder) {
        return folder.resolve("%s_%s_image.tar".formatted(NAME, version()));
    }

    /// @return the image's digest
    private String write(Path file, Path folder) throws PackException, InterruptedException {
        try {
            Files.createDirectories(folder);
            return make(List.of("--name", NAME + ":" + version(), "--tar", file.toString()));
        } catch (IOException e) {
            throw new PackException.Failed("cannot write the image to " + folder, e);
        }
    }

    /// Pushes the image with the credentials that docker has for the registry.
    ///
    /// @param name of the image; our version is added if it has no tag
    /// @return the name with the image's digest
    String push(String name) throws PackException, InterruptedException {
        boolean hasTag = name.lastIndexOf(':') > name.lastIndexOf('/');
        String whole = hasTag ? name : name + ":" + version();
        return whole + "@" + make(List.of("--name", whole));
    }

    private String make(List<String> target) throws PackException, InterruptedException {
        ToolProvider tool =
                ToolProvider.findFirst("elastigres-image")
                        .orElseThrow(
                                () ->
                                        new PackException.Refused(
                                                "only ./elastigres package makes images:"
                                                        + " Jib is not on the class path"));
        String architecture = MonitorPackages.architecture(System.getProperty("os.arch"));
        NodePayload payload =
                NodePayload.make(
                        JarBundle.ofThisApplication(JarBundle.DependencyList.NODE), cache, time);
        try {
            Path work = Files.createTempDirectory("elastigres-image-");
            try {
                var arguments = new ArrayList<>(target);
                arguments.addAll(settings(architecture));
                for (var layer : layers(work, payload, architecture).entrySet())
                    arguments.addAll(List.of("--layer", layer.getKey() + "=" + layer.getValue()));
                return run(tool, arguments);
            } finally {
                FileTrees.delete(work);
            }
        } catch (IOException e) {
            throw new PackException.Failed("cannot make the image", e);
        }
    }

    private List<String> settings(String architecture) {
        return List.of(
                "--cache",
                cache.resolve("jib").toString(),
                "--architecture",
                architecture,
                "--time",
                time.toString(),
                "--user",
                "%1$d:%1$d".formatted(BaseLayer.USER),
                "--entrypoint",
                PROGRAM,
                "--env",
                "PATH=/" + ROOT + "bin",
                "--env",
                "LANG=C.UTF-8",
                "--env",
                "MALLOC_ARENA_MAX=1",
                "--label",
                "org.opencontainers.image.title=" + NAME,
                "--label",
                "org.opencontainers.image.description=Live vertical autoscaling for Postgres",
                "--label",
                "org.opencontainers.image.version=" + version(),
                "--label",
                "org.opencontainers.image.licenses=Apache-2.0",
                "--label",
                "org.opencontainers.image.created=" + time);
    }

    /// Returns the folders of the layers by name, lowest first. Layers that seldom change are
    /// below, so that a new version is pushed and pulled without them.
    private Map<String, Path> layers(Path work, NodePayload payload, String architecture)
            throws IOException, PackException, InterruptedException {
        Path base = Files.createDirectory(work.resolve("base"));
        Path runtime = Files.createDirectory(work.resolve("runtime"));
        Path libraries = Files.createDirectory(work.resolve("libraries"));
        Path application = Files.createDirectory(work.resolve("application"));
        new BaseLayer(cache, architecture).write(base, progress);
        Path folder = payload.agent().folder();
        Path packedRuntime = folder.resolve(Payload.RUNTIME);
        copy(packedRuntime, runtime.resolve(ROOT + Payload.RUNTIME), _ -> true);
        Path jars = folder.resolve(Payload.JARS);
        copy(jars, libraries.resolve(ROOT + Payload.JARS), it -> !JarBundle.isOurs(it));
        copy(jars, application.resolve(ROOT + Payload.JARS), JarBundle::isOurs);
        Path root = application.resolve(ROOT);
        Files.copy(folder.resolve(Payload.CLASSES), root.resolve(Payload.CLASSES));
        Files.copy(
                payload.monitor().folder().resolve(Payload.CLASSES), root.resolve(MONITOR_CLASSES));
        Files.copy(
                payload.reclaimer().folder().resolve(Payload.CLASSES),
                root.resolve(RECLAIMER_CLASSES));
        NativeLauncher agent = launcher(NAME, payload.agent(), Payload.CLASSES);
        agent.write(root, packedRuntime);
        launcher(MONITOR, payload.monitor(), MONITOR_CLASSES).writeBeside(agent, root);
        launcher(RECLAIMER, payload.reclaimer(), RECLAIMER_CLASSES).writeBeside(agent, root);
        Path documents = Files.createDirectories(application.resolve("usr/share/doc/" + NAME));
        Files.writeString(documents.resolve("copyright"), DebianPackage.resource("copyright"));
        var layers = new LinkedHashMap<String, Path>();
        layers.put("base", base);
        layers.put("runtime", runtime);
        layers.put("libraries", libraries);
        layers.put("application", application);
        return layers;
    }

    private static NativeLauncher launcher(String name, Payload payload, String classes)
            throws IOException {
        var options =
                new ArrayList<>(
                        payload.kind()
                                .options()
                                .lines()
                                .filter(line -> !line.startsWith("#"))
                                .toList());
        options.add("-XX:AOTCache=$ROOTDIR/" + classes);
        try (Stream<Path> jars = Files.list(payload.folder().resolve(Payload.JARS))) {
            return new NativeLauncher(
                    name,
                    payload.kind().main(),
                    jars.sorted().map(jar -> Payload.JARS + "/" + jar.getFileName()).toList(),
                    options);
        }
    }

    /// Copies the wanted files with their folders. A symbolic link becomes a copy of its target.
    private static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || !wanted.test(file))
                    continue;
                Path place = to.resolve(from.relativize(file).toString());
                Files.createDirectories(place.getParent());
                Files.copy(file, place, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String run(ToolProvider tool, List<String> arguments) throws PackException {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code =
                tool.run(
                        new PrintWriter(output, true),
                        new PrintWriter(errors, true),
                        arguments.toArray(String[]::new));
        if (code != 0) throw new PackException.Failed("no image: " + errors.toString().strip());
        return output.toString().strip();
    }
}
