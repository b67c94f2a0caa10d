package dev.elastigres.vm.image;

import java.util.List;

/// One suite of binary packages that `apt` is configured for.
///
/// @param uri URI of the archive
/// @param suite name of the suite, such as `bookworm-security`
/// @param components components of the suite, such as `main`
/// @param signedBy key that must have signed the suite, as configured for `apt`; may be empty
record AptSource(String uri, String suite, List<String> components, String signedBy) {
    AptSource {
        components = List.copyOf(components);
    }
}
