package dev.elastigres.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/// Writes a tree as a compressed tar archive. Equal trees and times give equal bytes.
///
/// @param prefix of every name: `./`, or a folder
/// @param time modification time of every entry
record TarGzWriter(String prefix, Instant time) {

    void write(PackageTree tree, Path file) throws IOException {
        try (var output = Files.newOutputStream(file)) {
            write(tree, output);
        }
    }

    void write(PackageTree tree, OutputStream output) throws IOException {
        try (var compressed = new GzipCompressorOutputStream(output, parameters())) {
            writePlain(tree, compressed);
        }
    }

    /// Writes the uncompressed tar archive. Closes `output`.
    void writePlain(PackageTree tree, OutputStream output) throws IOException {
        try (var tar = new TarArchiveOutputStream(output, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            add(tar, prefix, new PackageTree.TreeNode.Folder());
            for (var entry : tree.nodes().entrySet())
                add(tar, prefix + entry.getKey(), entry.getValue());
        }
    }

    /// By default the gzip header has no file name, time or operating system, which would differ
    /// between runs.
    private static GzipParameters parameters() {
        var parameters = new GzipParameters();
        parameters.setCompressionLevel(Deflater.BEST_COMPRESSION);
        return parameters;
    }

    private void add(TarArchiveOutputStream tar, String name, PackageTree.TreeNode node)
            throws IOException {
        switch (node) {
            case PackageTree.TreeNode.Folder _ ->
                    put(tar, entry(name.endsWith("/") ? name : name + "/", true, 0));
            case PackageTree.TreeNode.Link(String target) -> {
                var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                entry.setLinkName(target);
                put(tar, owned(entry, 0777));
            }
            case PackageTree.TreeNode.GeneratedFile made -> {
                tar.putArchiveEntry(entry(name, made.executable(), made.content().length));
                tar.write(made.content());
                tar.closeArchiveEntry();
            }
            case PackageTree.TreeNode.CopiedFile(Path source, long size, boolean executable) -> {
                tar.putArchiveEntry(entry(name, executable, size));
                Files.copy(source, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entry(String name, boolean executable, long size) {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        return owned(entry, executable ? 0755 : 0644);
    }

    private TarArchiveEntry owned(TarArchiveEntry entry, int mode) {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setModTime(Date.from(time));
        return entry;
    }
}
