package dev.elastigres.kubernetes.roster;

import dev.elastigres.core.units.Moment;
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

/// Connection strings out of Secrets. Nobody tells of their changes, so each is read again after a
/// while. What was read last counts while it cannot be read. One thread uses it.
final class Secrets {
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final int LONGEST = 8 * 1024;

    private final Api api;
    private final Troubles troubles;
    private final Map<Where, Read> known = new HashMap<>();

    record Where(String namespace, SecretKey key) {
        private String what() {
            return "connect to Postgres by the Secret %s/%s".formatted(namespace, key.secret());
        }
    }

    private record Read(Optional<String> value, Moment at) {}

    Secrets(Api api, Troubles troubles) {
        this.api = api;
        this.troubles = troubles;
    }

    /// Empty when there is none to be had; why is said once.
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
            troubles.end(where.what());
            return Optional.of(text);
        } catch (IllegalArgumentException _) {
            return none(where, "its value is not what the API server gives");
        } catch (ApiException.MissingRight _) {
            return none(where, "it has not the right to get it");
        } catch (ApiException e) {
            troubles.begin(where.what(), String.valueOf(e.getMessage()));
            return last;
        }
    }

    private Optional<String> none(Where where, String why) {
        troubles.begin(where.what(), why);
        return Optional.empty();
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
