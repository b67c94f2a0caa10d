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

/// Which containers may be reclaimed from, as the agent of the node writes them. It is read anew
/// for each request.
record ReclaimableContainers(Path path) {

    /// Whoever writes it; nobody else is listened to.
    UserPrincipal owner() throws IOException {
        return Files.getOwner(path);
    }

    /// Empty when it is not on the list.
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
