package dev.elastigres.agent.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// The folder with the history files of all VMs.
record HistoryFolder(Path path) {
    private static final String SUFFIX = ".history";

    /// Maximum length of a file name without its suffix. Longer names of VMs are cut and get their
    /// hash.
    private static final int MAX_NAME = 200;

    /// Returns the file of a VM. The characters of its name that may not be in file names are
    /// encoded as in URLs.
    HistoryFile file(String vm) {
        String name = URLEncoder.encode(vm, UTF_8).replace("*", "%2A");
        if (name.startsWith(".")) name = "%2E" + name.substring(1);
        if (name.length() > MAX_NAME)
            name = name.substring(0, MAX_NAME) + "-" + Integer.toHexString(vm.hashCode());
        return new HistoryFile(path.resolve(name + SUFFIX));
    }

    /// Deletes history files that were last written before `moment`.
    void deleteOlderThan(Instant moment) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*" + SUFFIX)) {
            for (Path each : files)
                if (Files.getLastModifiedTime(each).toInstant().isBefore(moment))
                    Files.deleteIfExists(each);
        }
    }
}
