package dev.elastigres.cluster;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.PackageSet;
import dev.elastigres.vm.image.PackageUnpacker;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Container images made from Debian packages, without a container engine and without root. They
/// are kept in the user's cache. The key contains all inputs except for the versions of the
/// packages.
public final class PodImages {
    public static final String PAUSE = "elastigres.dev/lab/pause:1";
    public static final String POSTGRES = "elastigres.dev/lab/postgres:15";

    /// The user and the group of Postgres in its pod.
    public static final int POSTGRES_USER = 105;

    public static final int POSTGRES_GROUP = 109;

    /// Password of the superuser `postgres` in the image's own database, for connections from
    /// outside the container. It needs no protection: the server exists for the length of a test
    /// and is reachable from this machine only.
    public static final String PASSWORD = "lab";

    static final PostgresRelease RELEASE = PostgresRelease.POSTGRES_15;
    private static final String BIN = "/usr/lib/postgresql/" + RELEASE.major() + "/bin";
    private static final String DATA = "/var/lib/postgresql/data";
    private static final String START = "/usr/lib/elastigres/postgres";
    private static final String SHARE = "usr/share/elastigres/";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final String PASSWD =
            """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
            postgres:x:%d:%d:PostgreSQL:/var/lib/postgresql:/bin/sh
            """
                    .formatted(POSTGRES_USER, POSTGRES_GROUP);

    private static final String GROUP =
            "root:x:0:\nnogroup:x:65534:\npostgres:x:%d:\n".formatted(POSTGRES_GROUP);

    private final XdgFolders folders;
    private final FileLocks locks;
    private final DebianArchive debian;
    private final Consumer<String> progress;

    /// @param progress receives lines of progress for an interactive user
    public PodImages(
            XdgFolders folders, FileLocks locks, DebianArchive debian, Consumer<String> progress) {
        this.folders = folders;
        this.locks = locks;
        this.debian = debian;
        this.progress = progress;
    }

    /// Returns the source of the packages.
    DebianArchive debian() {
        return debian;
    }

    /// Returns the archives of all images.
    List<Path> archives() throws VmException, InterruptedException {
        return List.of(pause(), postgres());
    }

    /// Returns the archive of [#PAUSE], the container that holds a pod's namespaces.
    public Path pause() throws VmException, InterruptedException {
        var image =
                new ImageArchive(
                        PAUSE,
                        List.of("/bin/busybox", "sleep", "inf"),
                        List.of(),
                        "65534:65534",
                        List.of());
        return make("pause", List.of("busybox-static"), image, _ -> {});
    }

    /// Returns the archive of [#POSTGRES], a server with an initialised database. The variable
    /// `PGPORT` sets the port; arguments are passed to the server. If `PGDATA` is another folder,
    /// the image behaves like the official one: it creates a database if there is none, with the
    /// password in `POSTGRES_PASSWORD`.
    public Path postgres() throws VmException, InterruptedException {
        var image =
                new ImageArchive(
                        POSTGRES,
                        List.of(START),
                        List.of(
                                "PATH=" + BIN + ":/usr/bin:/usr/sbin",
                                "LANG=C.UTF-8",
                                "PGHOST=/tmp",
                                "PGUSER=postgres",
                                "PGDATA=" + DATA),
                        POSTGRES_USER + ":" + POSTGRES_GROUP,
                        List.of("var/lib/postgresql"));
        var packages =
                List.of(
                        "base-files",
                        "bash",
                        "coreutils",
                        "dash",
                        "libc-bin",
                        "procps",
                        "postgresql-" + RELEASE.major());
        return make("postgres", packages, image, PodImages::makeDatabase);
    }

    /// Turns a tree of unpacked packages into the files of an image.
    private interface TreeFinisher {
        void accept(Path tree) throws IOException, ExternalProgramException, InterruptedException;
    }

    private Path make(String name, List<String> packages, ImageArchive image, TreeFinisher finish)
            throws VmException, InterruptedException {
        try {
            Path cache = Files.createDirectories(folders.cache().resolve("pod-images"));
            Path archive = cache.resolve(name + "-" + identity(packages, image) + ".tar");
            if (Files.exists(archive)) return archive;
            Path work = Files.createTempDirectory(cache, ".build-");
            try {
                progress.accept("making the image " + image.name());
                Path tree = Files.createDirectory(work.resolve("tree"));
                var unwanted =
                        List.of(
                                "./usr/share/doc/*",
                                "./usr/share/man/*",
                                "./usr/share/locale/*",
                                "./usr/lib/postgresql/*/lib/bitcode",
                                "./usr/lib/postgresql/*/lib/bitcode/*",
                                "./usr/lib/postgresql/*/lib/llvmjit*");
                var set = PackageSet.whole(RELEASE.debian(), debian, packages, unwanted);
                new PackageUnpacker(folders, progress).into(tree, set, locks);
                write(tree, "etc/passwd", PASSWD);
                write(tree, "etc/group", GROUP);
                finish.accept(tree);
                image.write(tree, Files.createDirectory(work.resolve("image")), archive);
                return archive;
            } finally {
                FileTrees.delete(work);
            }
        } catch (IOException | ExternalProgramException e) {
            throw new VmException.Failed("cannot make the image " + image.name(), e);
        }
    }

    /// Runs initdb in the tree as the server's user, in a user namespace that maps our user to it.
    /// Under the guest's emulation initdb would take ten seconds in each pod.
    private static void makeDatabase(Path tree)
            throws IOException, ExternalProgramException, InterruptedException {
        link(tree, "usr/bin/sh", "dash");
        String settings = NodeImageFiles.resource("postgresql.conf");
        String access = NodeImageFiles.resource("pg_hba.conf");
        write(tree, START.substring(1), NodeImageFiles.resource("postgres.sh"));
        Files.setPosixFilePermissions(
                tree.resolve(START.substring(1)), PosixFilePermissions.fromString("rwxr-xr-x"));
        write(tree, SHARE + "postgresql.conf", settings);
        write(tree, SHARE + "pg_hba.conf", access);
        // initdb needs these two; an ordinary folder and an ordinary file are sufficient.
        Files.createDirectories(tree.resolve("dev/shm"));
        Files.createFile(tree.resolve("dev/null"));
        Files.createDirectories(tree.resolve("var/lib/postgresql"));
        write(tree, "var/lib/postgresql/password", PASSWORD + "\n");
        var command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--user",
                                "--map-user=" + POSTGRES_USER,
                                "--map-group=" + POSTGRES_GROUP,
                                "--root=" + tree,
                                BIN + "/initdb"));
        command.addAll(
                List.of(
                        "--pgdata=" + DATA,
                        "--username=postgres",
                        "--pwfile=/var/lib/postgresql/password",
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--no-sync",
                        "--no-instructions"));
        new ExternalProgram(command, Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"), TIMEOUT)
                .run();
        Path data = tree.resolve(DATA.substring(1));
        append(data.resolve("postgresql.conf"), settings);
        Files.writeString(data.resolve("pg_hba.conf"), access);
        Files.delete(tree.resolve("dev/null"));
        Files.delete(tree.resolve("var/lib/postgresql/password"));
    }

    private static void write(Path tree, String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, Files.readString(file) + text);
    }

    private static void link(Path tree, String name, String target) throws IOException {
        if (!Files.isSymbolicLink(tree.resolve(name)))
            Files.createSymbolicLink(tree.resolve(name), Path.of(target));
    }

    private String identity(List<String> packages, ImageArchive image) {
        String all =
                String.join(
                        "\0",
                        RELEASE.debian(),
                        debian.toString(),
                        packages.toString(),
                        image.toString(),
                        PASSWD,
                        GROUP,
                        PASSWORD,
                        NodeImageFiles.resource("postgres.sh"),
                        NodeImageFiles.resource("postgresql.conf"),
                        NodeImageFiles.resource("pg_hba.conf"));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
