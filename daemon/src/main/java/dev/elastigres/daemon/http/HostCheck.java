package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// Rejects requests for a foreign host name, to prevent DNS rebinding: an attacker's web page whose
/// name resolves to this machine has, for the browser, the same origin as the daemon.
///
/// The following names are accepted: none at all, which no browser sends; an IP address, which
/// cannot be redirected by DNS; `localhost` and names below it; this machine's own name; and the
/// allowed names. If no allowed names are configured, other names are rejected at loopback
/// addresses only, because at another address the daemon cannot know the names that it is reached
/// by, such as those of services. Otherwise they are rejected at every address.
public final class HostCheck {
    /// A check without allowed names, which reports nothing.
    public static final HostCheck DEFAULT = new HostCheck(Set.of(), false, (_, _) -> {});

    private static final Path OWN_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Pattern NAME_AND_PORT = Pattern.compile("([^:\\[\\]]*)(:[0-9]*)?");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 =
            Pattern.compile(
                    "\\[[0-9a-f:.]+(%[^\\]]+)?\\](:[0-9]*)?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*");

    private final Set<String> names;
    private final boolean everywhere;
    private final BiConsumer<String, String> refusals;

    private HostCheck(Set<String> names, boolean everywhere, BiConsumer<String, String> refusals) {
        this.names = names;
        this.everywhere = everywhere;
        this.refusals = refusals;
    }

    /// Returns a check.
    ///
    /// @param allowed allowed names; if there are any, the check applies at every address
    /// @param listening the name or address that the server listens on, which is accepted too
    /// @param refusals receives each rejected peer and the reason
    public static HostCheck of(
            Collection<String> allowed, String listening, BiConsumer<String, String> refusals) {
        var names = new HashSet<String>();
        for (String name : allowed) names.add(normalized(name));
        names.add(normalized(listening));
        names.add(normalized(ownName()));
        return new HostCheck(Set.copyOf(names), !allowed.isEmpty(), refusals);
    }

    private static String ownName() {
        try {
            return Files.readString(OWN_NAME).strip();
        } catch (IOException _) {
            return "localhost";
        }
    }

    /// Returns whether `request`, which arrived at the address `local`, may be answered.
    boolean allows(Request request, InetAddress local) {
        String host = request.header("Host").orElse("");
        if (host.isEmpty() || !(everywhere || local.isLoopbackAddress()) || isOurs(host))
            return true;
        refusals.accept(request.peer(), "host name not allowed: " + host);
        return false;
    }

    private boolean isOurs(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (IPV6.matcher(lower).matches()) return true;
        var parts = NAME_AND_PORT.matcher(lower);
        if (!parts.matches()) return false;
        String name = normalized(parts.group(1));
        return IPV4.matcher(name).matches()
                || name.equals("localhost")
                || name.endsWith(".localhost")
                || names.contains(name);
    }

    /// Returns the name in lower case, without the final dot of an absolute name.
    private static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
