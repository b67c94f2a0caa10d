package dev.elastigres.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// The files in which one program is published.
///
/// @param debian the package for Debian
/// @param flat the same contents in a single folder, to be unpacked anywhere
/// @param sbom of both
record PackageArchives(DebianPackage debian, PackageTree flat, String sbom) {

    /// Writes a Debian package, a tar archive and the SBOM.
    ///
    /// @param name of the files, without extension
    /// @param time modification time of every packed file
    /// @return the files; they replace older files of the same names
    List<Path> write(Path folder, String name, Instant time) throws IOException {
        Files.createDirectories(folder);
        Path packed = folder.resolve(name + ".deb");
        Path archive = folder.resolve(name + ".tar.gz");
        Path list = folder.resolve(name + ".cdx.json");
        debian.write(packed, time);
        new TarGzWriter(name + "/", time).write(flat, archive);
        Files.writeString(list, sbom);
        return List.of(packed, archive, list);
    }

    /// Compresses a manual page. Equal texts give equal bytes.
    static byte[] compressed(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
