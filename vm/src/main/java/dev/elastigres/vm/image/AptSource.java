package dev.elastigres.vm.image;

import java.util.List;

/// One suite of binary packages that `apt` is set up for.
/// @param signedBy the key it has to be signed with, as `apt` is told; may be empty
record AptSource(String uri, String suite, List<String> components, String signedBy) {
    AptSource {
        components = List.copyOf(components);
    }
}
