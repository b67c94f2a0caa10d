package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// PEM files of a server's TLS. They may change while it runs.
///
/// @param certificate the server's certificate chain
/// @param key the certificate's private key, without a passphrase
/// @param clientAuthority authorities of client certificates; empty if clients need no certificate
public record ServerTlsFiles(Path certificate, Path key, Optional<Path> clientAuthority) {

    List<Path> all() {
        var all = new ArrayList<>(List.of(certificate, key));
        clientAuthority.ifPresent(all::add);
        return all;
    }
}
