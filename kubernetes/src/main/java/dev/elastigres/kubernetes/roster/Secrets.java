package dev.elastigres.kubernetes.roster;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.Troubles;
import dev.elastigres.kubernetes.targets.Chosen.SecretKey;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Connection strings out of Secrets. Secrets are not watched, so each is read again after a while.
/// The last value counts while the API server cannot be asked. For one thread.
///
/// A Secret that cannot be used is the trouble of the pods that name it: it is logged once, and it
/// does not make the agent not ready.
final class Secrets {
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final int LONGEST = 8 * 1024;

    private final Api api;
    private final Troubles troubles;
    private final Map<Where, Read> known = new HashMap<>();

    record Where(String namespace, SecretKey key) {
        private String what() {
            return "connect to Postgres by the key %s of the Secret %s/%s"
                    .formatted(key.key(), namespace, key.secret());
        }
    }

    private record Read(Optional<String> value, Moment at) {}

    Secrets(Api api, Log log) {
        this.api = api;
        troubles = new Troubles(log);
    }

    /// Why a Secret cannot be used, one clause; empty while it can.
    Optional<String> problem(Where where) {
        return troubles.reason(where.what())
                .map(it -> "the Secret %s cannot be used: %s".formatted(where.key.secret(), it));
    }

    /// Empty when there is none to be had.
    Optional<String> read(Where where, Moment now) throws InterruptedException {
        Read before = known.get(where);
        if (before != null && now.since(before.at).compareTo(EVERY) < 0) return before.value;
        Optional<String> last = before == null ? Optional.empty() : before.value;
        Optional<String> value = fetch(where, last);
        known.put(where, new Read(value, now));
        return value;
    }

    private Optional<String> fetch(Where where, Optional<String> last) throws InterruptedException {
        try {
            Optional<Secret> secret = api.secret(where.namespace, where.key.secret());
            if (secret.isEmpty()) return none(where, "there is no such Secret");
            Map<String, String> data = secret.get().getData();
            String encoded = data == null ? null : data.get(where.key.key());
            if (encoded == null) return none(where, "it has no key called " + where.key.key());
            String text =
                    new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || text.length() > LONGEST)
                return none(where, "its value is empty, or longer than " + LONGEST);
            return Optional.of(text);
        } catch (IllegalArgumentException _) {
            return none(where, "its value is not what the API server gives");
        } catch (ApiException.MissingRight _) {
            return none(where, "the agent may not read it: give it the right with a Role");
        } catch (ApiException e) {
            if (last.isEmpty()) return none(where, String.valueOf(e.getMessage()));
            return last;
        }
    }

    private Optional<String> none(Where where, String why) {
        troubles.begin(where.what(), why);
        return Optional.empty();
    }

    /// The value is a connection.
    void isRight(Where where) {
        troubles.end(where.what());
    }

    /// The value is of no use, for a reason that does not tell it.
    void isWrong(Where where, String why) {
        troubles.begin(where.what(), why);
    }

    /// Forgets the others.
    void keep(Set<Where> used) {
        for (Where each : Set.copyOf(known.keySet()))
            if (!used.contains(each)) {
                known.remove(each);
                troubles.end(each.what());
            }
    }
}
