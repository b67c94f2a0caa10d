package dev.elastigres.scheduler;

import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.Encryption;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.HostCheck;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/// Access checks of the permit endpoint.
///
/// @param encryption TLS of all connections; deployed agents speak plain HTTP
/// @param hosts the check of requested host names
/// @param access wraps the handler with checks of tokens and origins
public record EndpointGuards(
        Optional<Encryption> encryption, HostCheck hosts, UnaryOperator<Handler> access) {

    /// Returns guards for deployed agents: plain HTTP without a token, and no access for web pages.
    ///
    /// @param refusals receives each rejected peer and the reason
    public static EndpointGuards open(BiConsumer<String, String> refusals) {
        return new EndpointGuards(
                Optional.empty(), HostCheck.DEFAULT, new SameOriginCheck(refusals)::before);
    }
}
