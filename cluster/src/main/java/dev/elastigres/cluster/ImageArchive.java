package dev.elastigres.cluster;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Writes a container image of one layer in the format of `docker save`, which every runtime
/// imports.
///
/// @param name with its tag
/// @param entrypoint command of its containers
/// @param environment as `NAME=VALUE`
/// @param user numeric ids of user and group: `105:109`
/// @param own folders of the tree that belong to that user, with their contents
record ImageArchive(
        String name,
        List<String> entrypoint,
        List<String> environment,
        String user,
        List<String> own) {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String TIME = "--mtime=@1767225600";

    /// Writes the image of the files in `tree`.
    ///
    /// @param work an empty folder for temporary files
    void write(Path tree, Path work, Path archive) throws VmException, InterruptedException {
        try {
            Path layer = work.resolve("layer.tar");
            var rest = new ArrayList<>(List.of("--create", "--owner=0", "--group=0"));
            own.forEach(folder -> rest.add("--exclude=./" + folder));
            tar(layer, tree, rest, List.of("."));
            if (!own.isEmpty()) {
                String[] ids = user.split(":", -1);
                tar(
                        layer,
                        tree,
                        List.of("--append", "--owner=" + ids[0], "--group=" + ids[1]),
                        own.stream().map(folder -> "./" + folder).toList());
            }
            Files.writeString(work.resolve("config.json"), config(sha256(layer)).pretty());
            Files.writeString(work.resolve("manifest.json"), manifest());
            Path unfinished = archive.resolveSibling(archive.getFileName() + ".part");
            tar(
                    unfinished,
                    work,
                    List.of("--create"),
                    List.of("manifest.json", "config.json", "layer.tar"));
            Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | ExternalProgramException e) {
            throw new VmException.Failed("cannot write the image " + name, e);
        }
    }

    private Json.Obj config(String layer) {
        return Json.object()
                .with("architecture", "amd64")
                .with("os", "linux")
                .with(
                        "config",
                        Json.object()
                                .with("Entrypoint", texts(entrypoint))
                                .with("Env", texts(environment))
                                .with("User", user)
                                .with("WorkingDir", "/")
                                .with("StopSignal", "SIGINT"))
                .with(
                        "rootfs",
                        Json.object()
                                .with("type", "layers")
                                .with("diff_ids", texts(List.of("sha256:" + layer))));
    }

    private String manifest() {
        var image =
                Json.object()
                        .with("Config", "config.json")
                        .with("RepoTags", texts(List.of(name)))
                        .with("Layers", texts(List.of("layer.tar")));
        return new Json.Arr(List.of(image)).pretty();
    }

    private static Json texts(List<String> texts) {
        return new Json.Arr(texts.stream().<Json>map(Json.Str::new).toList());
    }

    private static void tar(Path file, Path folder, List<String> options, List<String> names)
            throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<>(List.of("tar"));
        command.addAll(options);
        command.addAll(
                List.of("--sort=name", "--numeric-owner", TIME, "--format=gnu", "--file=" + file));
        command.add("--directory=" + folder);
        command.addAll(names);
        new ExternalProgram(command, Map.of(), TIMEOUT).run();
    }

    static String sha256(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] part = new byte[1 << 16];
            for (int count = stream.read(part); count >= 0; count = stream.read(part))
                digest.update(part, 0, count);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
