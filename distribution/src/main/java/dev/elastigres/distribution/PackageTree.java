package dev.elastigres.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The contents of a package by path. Every entry belongs to root, and entries are sorted by path,
/// so equal contents make equal archives. Not thread-safe.
final class PackageTree {
    private final TreeMap<String, TreeNode> nodes = new TreeMap<>();

    sealed interface TreeNode {
        record Folder() implements TreeNode {}

        /// A file whose content is in memory.
        final class GeneratedFile implements TreeNode {
            private final byte[] content;
            private final boolean executable;

            private GeneratedFile(byte[] content, boolean executable) {
                this.content = content;
                this.executable = executable;
            }

            byte[] content() {
                return content;
            }

            boolean executable() {
                return executable;
            }
        }

        record CopiedFile(Path source, long size, boolean executable) implements TreeNode {}

        /// @param target as the link contains it, relative or absolute
        record Link(String target) implements TreeNode {}
    }

    /// @param place path without a leading slash
    PackageTree text(String place, String content, boolean executable) {
        return bytes(place, content.getBytes(StandardCharsets.UTF_8), executable);
    }

    PackageTree bytes(String place, byte[] content, boolean executable) {
        return add(place, new TreeNode.GeneratedFile(content, executable));
    }

    /// Adds `source`: a file, a symbolic link, or a folder with its contents.
    PackageTree copy(String place, Path source) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String below = source.relativize(path).toString();
                add(below.isEmpty() ? place : place + "/" + below, node(path));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return this;
    }

    private static TreeNode node(Path path) throws IOException {
        if (Files.isSymbolicLink(path))
            return new TreeNode.Link(Files.readSymbolicLink(path).toString());
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) return new TreeNode.Folder();
        return new TreeNode.CopiedFile(path, Files.size(path), Files.isExecutable(path));
    }

    /// Adds an entry and its parent folders.
    private PackageTree add(String place, TreeNode node) {
        for (int slash = place.indexOf('/'); slash > 0; slash = place.indexOf('/', slash + 1))
            nodes.putIfAbsent(place.substring(0, slash), new TreeNode.Folder());
        nodes.put(place, node);
        return this;
    }

    /// Returns the entries by path; a folder comes before its contents.
    SortedMap<String, TreeNode> nodes() {
        return nodes;
    }

    /// Returns the approximate installed size, in KiB.
    long kibibytes() {
        return nodes.values().stream()
                .mapToLong(
                        node ->
                                switch (node) {
                                    case TreeNode.Folder _, TreeNode.Link _ -> 1;
                                    case TreeNode.GeneratedFile made ->
                                            (made.content().length + 1023) / 1024;
                                    case TreeNode.CopiedFile(_, long size, _) ->
                                            (size + 1023) / 1024;
                                })
                .sum();
    }
}
