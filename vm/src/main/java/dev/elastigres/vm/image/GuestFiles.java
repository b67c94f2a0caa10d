package dev.elastigres.vm.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The files that are added to a Debian tree to make it the guest: its init, services and users.
final class GuestFiles {
    /// Destination of each script in the guest.
    private static final Map<String, String> SCRIPTS =
            Map.ofEntries(
                    Map.entry("boot.sh", "usr/lib/elastigres/boot"),
                    Map.entry("agent.sh", "usr/lib/elastigres/agent"),
                    Map.entry("setup.sh", "usr/lib/elastigres/setup"),
                    Map.entry("postgres.sh", "usr/lib/elastigres/postgres"),
                    Map.entry("monitor.sh", "usr/lib/elastigres/monitor"),
                    Map.entry("monitor-loop.sh", "usr/lib/elastigres/monitor-loop"),
                    Map.entry("monitor-run.sh", "usr/lib/elastigres/monitor-run"),
                    Map.entry("monitor-setup.sh", "usr/lib/elastigres/monitor-setup"),
                    Map.entry("power-button.sh", "usr/lib/elastigres/power-button"),
                    Map.entry("power-off.sh", "etc/acpi/power"),
                    Map.entry("shutdown.sh", "usr/lib/elastigres/shutdown"),
                    Map.entry("pager.sh", "usr/bin/pager"),
                    Map.entry("guest-agent.pl", "usr/lib/elastigres/guest-agent"));

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "inittab", "etc/inittab",
                    "environment.sh", "usr/lib/elastigres/environment",
                    "postgresql.conf", "etc/elastigres/postgresql.conf",
                    "pg_hba.conf", "etc/elastigres/pg_hba.conf");

    /// Files that Debian's maintainer scripts would write; the scripts are not run.
    private static final Map<String, String> SYSTEM =
            Map.of(
                    "etc/passwd",
                            """
                            root:x:0:0:root:/root:/bin/bash
                            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                            postgres:x:105:109:PostgreSQL:/var/lib/postgresql:/bin/bash
                            """,
                    "etc/group",
                            """
                            root:x:0:
                            tty:x:5:
                            nogroup:x:65534:
                            postgres:x:109:
                            """,
                    "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n",
                    "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n",
                    "etc/resolv.conf", "nameserver 10.0.2.3\n",
                    "etc/hostname", "elastigres\n",
                    "etc/acpid.conf", "PWRF power\n",
                    "root/.profile", ". /usr/lib/elastigres/environment\n");

    /// Busybox applets in the guest: commands for which no full program is installed.
    private static final List<String> BUSYBOX =
            List.of(
                    "init",
                    "poweroff",
                    "reboot",
                    "halt",
                    "ip",
                    "modprobe",
                    "depmod",
                    "insmod",
                    "lsmod",
                    "acpid",
                    "awk",
                    "clear",
                    "less",
                    "more",
                    "vi",
                    "which",
                    "nc",
                    "wget",
                    "tar",
                    "xargs");

    private static final List<String> FOLDERS =
            List.of(
                    "usr/bin",
                    "usr/sbin",
                    "usr/lib",
                    "usr/lib64",
                    "proc",
                    "sys",
                    "dev",
                    "run",
                    "tmp",
                    "root",
                    "boot",
                    "etc",
                    "var/log");

    /// Links of Debian's merged `/usr`, and the old name of `/run`.
    private static final Map<String, String> LINKS =
            Map.of(
                    "bin",
                    "usr/bin",
                    "sbin",
                    "usr/sbin",
                    "lib",
                    "usr/lib",
                    "lib64",
                    "usr/lib64",
                    "var/run",
                    "/run");

    private GuestFiles() {}

    /// Returns the content of a resource beside this class.
    static String resource(String name) {
        try (InputStream stream = GuestFiles.class.getResourceAsStream(name)) {
            if (stream == null) throw new IllegalStateException("not packed: " + name);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /// Returns every text that goes into an image, by its destination. The identity of an image
    /// depends on them.
    static Map<String, String> all() {
        var all = new LinkedHashMap<String, String>();
        SCRIPTS.forEach((name, path) -> all.put(path, resource(name)));
        SETTINGS.forEach((name, path) -> all.put(path, resource(name)));
        all.putAll(SYSTEM);
        all.put("busybox", String.join(" ", BUSYBOX));
        all.put("folders", String.join(" ", FOLDERS) + new TreeMap<>(LINKS));
        all.put("initramfs", resource("initramfs-init.sh"));
        return all;
    }

    /// Creates the folders and links that packages expect.
    static void prepare(Path tree) throws IOException {
        for (String name : FOLDERS) Files.createDirectories(tree.resolve(name));
        for (var link : LINKS.entrySet()) {
            Files.createSymbolicLink(tree.resolve(link.getKey()), Path.of(link.getValue()));
        }
        Files.setPosixFilePermissions(
                tree.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /// Writes all files into `tree`.
    static void install(Path tree, ImageRecipe recipe) throws IOException {
        for (var script : SCRIPTS.entrySet())
            write(tree, script.getValue(), resource(script.getKey()), true);
        for (var setting : SETTINGS.entrySet())
            write(tree, setting.getValue(), resource(setting.getKey()), false);
        for (var file : SYSTEM.entrySet()) write(tree, file.getKey(), file.getValue(), false);
        write(
                tree,
                "etc/elastigres/versions",
                "POSTGRES_VERSION=" + recipe.postgres().major() + "\n",
                false);
        if (recipe.variation().isPresent()) install(tree, recipe.variation().get());
        for (String applet : BUSYBOX) link(tree, "usr/sbin/" + applet, "/bin/busybox");
        link(tree, "usr/bin/sh", "dash");
    }

    private static void install(Path tree, GuestVariant variation) throws IOException {
        for (var text : variation.texts().entrySet())
            write(tree, text.getKey(), text.getValue(), text.getValue().startsWith("#!"));
        for (var program : variation.programs().entrySet()) {
            Path place = tree.resolve(program.getKey());
            Files.createDirectories(place.getParent());
            Files.copy(program.getValue(), place, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    static void write(Path tree, String name, String text, boolean executable) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void link(Path tree, String name, String target) throws IOException {
        Path link = tree.resolve(name);
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS))
            Files.createSymbolicLink(link, Path.of(target));
    }
}
