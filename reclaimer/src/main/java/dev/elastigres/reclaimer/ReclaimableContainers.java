package dev.elastigres.reclaimer;

import dev.elastigres.protocol.pods.WatchListCodec;
import dev.elastigres.protocol.pods.WatchListException;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/// The containers that may be reclaimed from: the watch list, which the node's agent writes. The
/// file is read for each request.
record ReclaimableContainers(Path path) {

    /// Returns the owner of the file, the only user whose requests are accepted.
    UserPrincipal owner() throws IOException {
        return Files.getOwner(path);
    }

    /// Returns a container of the watch list; empty if it is not on the list.
    Optional<WatchedContainer> find(String uid, String container)
            throws IOException, WatchListException {
        try (var in = Files.newInputStream(path)) {
            byte[] text = in.readNBytes(WatchListCodec.MAX_BYTES + 1);
            return WatchListCodec.decode(new String(text, StandardCharsets.UTF_8))
                    .containers()
                    .stream()
                    .filter(it -> it.uid().equals(uid) && it.container().equals(container))
                    .findFirst();
        }
    }
}
