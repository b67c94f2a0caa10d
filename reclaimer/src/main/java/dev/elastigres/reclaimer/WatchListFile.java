package dev.elastigres.reclaimer;

import dev.elastigres.protocol.pods.RosterCodec;
import dev.elastigres.protocol.pods.RosterException;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/// Which containers may be reclaimed from, as the agent of the node writes them. It is read anew
/// for each request.
record WatchListFile(Path path) {

    /// Whoever writes it; nobody else is listened to.
    UserPrincipal owner() throws IOException {
        return Files.getOwner(path);
    }

    /// Empty when it is not on the list.
    Optional<WatchedContainer> find(String uid, String container)
            throws IOException, RosterException {
        try (var in = Files.newInputStream(path)) {
            byte[] text = in.readNBytes(RosterCodec.MOST_BYTES + 1);
            return RosterCodec.decode(new String(text, StandardCharsets.UTF_8))
                    .containers()
                    .stream()
                    .filter(it -> it.uid().equals(uid) && it.container().equals(container))
                    .findFirst();
        }
    }
}
