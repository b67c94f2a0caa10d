package dev.elastigres.agent.endpoint;

import java.net.URI;
import java.util.Optional;

/// Where one thing of a VM is reached, or why it is not: its monitor, or a page of its metrics.
public sealed interface Endpoint {
    /// @param remedy what to look at when nothing answers there, one clause; empty where there is
    ///     nothing to say
    record At(URI uri, String remedy) implements Endpoint {
        /// `failure`, and what to do about it.
        public String withRemedy(String failure) {
            return remedy.isEmpty() ? failure : failure + "; " + remedy;
        }
    }

    /// It is needed and nobody can reach it.
    ///
    /// @param why one clause, with what to do about it
    record Unreachable(String why) implements Endpoint {}

    /// It is not to be used.
    record Unused() implements Endpoint {}

    /// @param uri empty for what is not to be used
    static Endpoint of(Optional<URI> uri) {
        return uri.<Endpoint>map(it -> new At(it, "")).orElseGet(Unused::new);
    }
}
