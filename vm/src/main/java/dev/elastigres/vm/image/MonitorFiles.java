package dev.elastigres.vm.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The monitor that goes into an image.
/// @param jars its modules; in the guest in `/opt/elastigres/lib`
/// @param runtime a Java runtime, such as jlink makes; in the guest `/opt/elastigres/runtime`
public record MonitorFiles(List<Path> jars, Path runtime) {
    static final String JARS = "opt/elastigres/lib/";
    static final String RUNTIME = "opt/elastigres/runtime/";

    public MonitorFiles {
        jars = List.copyOf(jars);
    }

    /// Every file with its place in the guest, in a fixed order.
    List<Placed> files() throws IOException {
        var files = new ArrayList<Placed>();
        for (Path jar : jars.stream().sorted().toList())
            files.add(new Placed(jar, JARS + jar.getFileName()));
        try (Stream<Path> all = Files.walk(runtime)) {
            all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .map(path -> new Placed(path, RUNTIME + runtime.relativize(path)))
                    .forEach(files::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return files;
    }

    record Placed(Path source, String place) {}

    void install(Path tree) throws IOException {
        for (Placed file : files()) {
            Path target = tree.resolve(file.place());
            Files.createDirectories(target.getParent());
            Files.copy(
                    file.source(),
                    target,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }
}
