package dev.elastigres.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/// Makes one image with Jib. Equal folders and requests make equal images.
record ImageWriter(ImageRequest request) {
    /// Registries on these hosts may be used without TLS certificates.
    private static final Set<String> OWN_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    /// Makes the image.
    ///
    /// @return the image's digest
    String write() throws ImageException, IOException, InterruptedException, ExecutionException {
        try {
            ImageReference name = ImageReference.parse(request.name());
            JibContainer made = plan().containerize(target(name));
            return made.getDigest().toString();
        } catch (InvalidImageReferenceException e) {
            throw new ImageException("not an image name: " + request.name(), e);
        } catch (RegistryException e) {
            throw new ImageException("cannot push " + request.name(), e);
        } catch (CacheDirectoryCreationException e) {
            throw new ImageException("cannot cache layers in " + request.cache(), e);
        }
    }

    private JibContainerBuilder plan() throws IOException {
        JibContainerBuilder plan =
                Jib.fromScratch()
                        .setPlatforms(Set.of(new Platform(request.architecture(), "linux")))
                        .setFormat(format())
                        .setCreationTime(request.time())
                        .setUser(request.user())
                        .setEntrypoint(request.entrypoint())
                        .setEnvironment(request.environment())
                        .setLabels(request.labels());
        for (var layer : request.layers().entrySet())
            plan.addFileEntriesLayer(layer(layer.getKey(), layer.getValue()));
        return plan;
    }

    /// Returns the format: a file has the format that all versions of `docker load` and `ctr
    /// images import` read.
    private ImageFormat format() {
        return request.tar().isPresent() ? ImageFormat.Docker : ImageFormat.OCI;
    }

    /// Makes a layer. Files and folders keep their permissions; a symbolic link becomes a copy of
    /// its target.
    private FileEntriesLayer layer(String name, Path folder) throws IOException {
        var layer = FileEntriesLayer.builder().setName(name);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all.sorted()::iterator) {
                if (file.equals(folder)) continue;
                layer.addEntry(
                        file,
                        AbsoluteUnixPath.get("/" + folder.relativize(file)),
                        permissions(file),
                        request.time(),
                        "0:0");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return layer.build();
    }

    private static FilePermissions permissions(Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode");
        return FilePermissions.fromOctalString(Integer.toOctalString(mode & 0777));
    }

    private Containerizer target(ImageReference name) {
        Containerizer target =
                request.tar()
                        .map(file -> Containerizer.to(TarImage.at(file).named(name)))
                        .orElseGet(() -> Containerizer.to(registry(name)));
        String registry = name.getRegistry();
        String host = registry.replaceFirst(":\\d+$", "");
        return target.setBaseImageLayersCache(request.cache())
                .setApplicationLayersCache(request.cache())
                .setAllowInsecureRegistries(OWN_HOSTS.contains(host))
                .setToolName("elastigres");
    }

    /// Returns the registry with docker's credentials for it, if any, from `DOCKER_CONFIG` or else
    /// from the user's home folder. Credentials are never logged.
    private static RegistryImage registry(ImageReference name) {
        var credentials = CredentialRetrieverFactory.forImage(name, _ -> {});
        String folder = System.getenv().getOrDefault("DOCKER_CONFIG", "");
        return RegistryImage.named(name)
                .addCredentialRetriever(
                        folder.isEmpty()
                                ? credentials.dockerConfig()
                                : credentials.dockerConfig(Path.of(folder, "config.json")));
    }
}
