package dev.elastigres.vm.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Creates the guest's initial ramdisk: busybox, and the modules for a virtio disk.
final class Initramfs {
    /// Modules in the order of their dependencies. Some may be built into the kernel.
    private static final List<String> MODULES =
            List.of(
                    "virtio_ring",
                    "virtio",
                    "virtio_pci_legacy_dev",
                    "virtio_pci_modern_dev",
                    "virtio_pci",
                    "virtio_blk");

    private Initramfs() {}

    /// @param tree root of the guest's files, with busybox and the kernel's modules
    static byte[] from(Path tree) throws IOException {
        var archive = new CpioWriter().folder("bin").folder("modules");
        archive.file("bin/busybox", true, Files.readAllBytes(tree.resolve("usr/bin/busybox")));
        archive.file("init", true, text(GuestFiles.resource("initramfs-init.sh")));
        var order = new ArrayList<String>();
        for (String module : MODULES) {
            for (Path file : find(tree.resolve("usr/lib/modules"), module + ".ko")) {
                archive.file("modules/" + module + ".ko", false, Files.readAllBytes(file));
                order.add(module + ".ko\n");
            }
        }
        archive.file("modules/order", false, text(String.join("", order)));
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(archive.finish());
        }
        return packed.toByteArray();
    }

    private static List<Path> find(Path folder, String name) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(name)).toList();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
