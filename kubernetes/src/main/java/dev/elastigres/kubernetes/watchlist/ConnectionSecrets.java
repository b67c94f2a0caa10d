package dev.elastigres.kubernetes.watchlist;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads connection strings from Secrets. Secrets are not watched; each is read again after a
/// minute. The last value is used while the API server is unavailable. Not thread-safe.
///
/// An unusable Secret is a problem of the pods that name it. It is logged once and does not make
/// the agent not ready.
final class ConnectionSecrets {
    static final Duration REFRESH_INTERVAL = Duration.ofMinutes(1);

    private static final int MAX_LENGTH = 8 * 1024;

    private final ApiClient api;
    private final ActiveProblems problems;
    private final Map<SecretLocation, SecretResult> known = new HashMap<>();

    record SecretLocation(String namespace, SecretKeyReference key) {
        private String what() {
            return "connect to Postgres by the key %s of the Secret %s/%s"
                    .formatted(key.key(), namespace, key.secret());
        }
    }

    private record SecretResult(Optional<String> value, Moment at) {}

    ConnectionSecrets(ApiClient api, Log log) {
        this.api = api;
        problems = new ActiveProblems(log);
    }

    /// Returns why the Secret cannot be used, as one clause; empty if it can.
    Optional<String> problem(SecretLocation where) {
        return problems.reason(where.what())
                .map(it -> "the Secret %s cannot be used: %s".formatted(where.key.secret(), it));
    }

    /// Returns the connection string in the Secret; empty if there is none.
    Optional<String> read(SecretLocation where, Moment now) throws InterruptedException {
        SecretResult before = known.get(where);
        if (before != null && now.since(before.at).compareTo(REFRESH_INTERVAL) < 0)
            return before.value;
        Optional<String> last = before == null ? Optional.empty() : before.value;
        Optional<String> value = fetch(where, last);
        known.put(where, new SecretResult(value, now));
        return value;
    }

    private Optional<String> fetch(SecretLocation where, Optional<String> last)
            throws InterruptedException {
        try {
            Optional<Secret> secret = api.secret(where.namespace, where.key.secret());
            if (secret.isEmpty()) return none(where, "there is no such Secret");
            Map<String, String> data = secret.get().getData();
            String encoded = data == null ? null : data.get(where.key.key());
            if (encoded == null) return none(where, "it has no key called " + where.key.key());
            String text =
                    new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || text.length() > MAX_LENGTH)
                return none(where, "its value is empty, or longer than " + MAX_LENGTH);
            return Optional.of(text);
        } catch (IllegalArgumentException _) {
            return none(where, "its value is not valid Base64");
        } catch (ApiException.MissingRight _) {
            return none(where, "the agent has no right to read it: grant the right with a Role");
        } catch (ApiException e) {
            if (last.isEmpty()) return none(where, String.valueOf(e.getMessage()));
            return last;
        }
    }

    private Optional<String> none(SecretLocation where, String why) {
        problems.begin(where.what(), why);
        return Optional.empty();
    }

    /// Records that the value is a valid connection string.
    void isRight(SecretLocation where) {
        problems.end(where.what());
    }

    /// Records that the value is unusable.
    ///
    /// @param why the reason, without the value
    void isWrong(SecretLocation where, String why) {
        problems.begin(where.what(), why);
    }

    /// Removes the cached values and problems of all other Secrets.
    void keep(Set<SecretLocation> used) {
        for (SecretLocation each : Set.copyOf(known.keySet()))
            if (!used.contains(each)) {
                known.remove(each);
                problems.end(each.what());
            }
    }
}
