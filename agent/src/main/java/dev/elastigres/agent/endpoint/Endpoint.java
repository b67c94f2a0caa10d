package dev.elastigres.agent.endpoint;

import java.net.URI;
import java.util.Optional;

/// The endpoint of a VM's monitor or metrics page, or the reason why it has none.
public sealed interface Endpoint {
    /// @param remedy what to check if the endpoint does not answer, one clause; may be empty
    record Available(URI uri, String remedy) implements Endpoint {
        /// Returns `failure` followed by the remedy.
        public String withRemedy(String failure) {
            return remedy.isEmpty() ? failure : failure + "; " + remedy;
        }
    }

    /// The endpoint is needed but cannot be reached.
    ///
    /// @param why one clause with a remedy
    record Unreachable(String why) implements Endpoint {}

    /// The endpoint is not used.
    record Unused() implements Endpoint {}

    /// @param uri empty for an unused endpoint
    static Endpoint of(Optional<URI> uri) {
        return uri.<Endpoint>map(it -> new Available(it, "")).orElseGet(Unused::new);
    }
}
