package dev.elastigres.protocol.pods;

import java.util.Optional;
import java.util.regex.Pattern;

/// One container with a Postgres in it. What of it may become a part of a path or of an address is
/// checked to be nothing but a name.
///
/// @param uid the pod's
/// @param namespace the pod's
/// @param pod the pod's name
/// @param container its name in the pod
/// @param id the container runtime's, without the runtime: hexadecimal, another for each start
/// @param cache what of Postgres follows memory
/// @param postgres libpq's connection string, a secret; must be there for any cache but `none`
public record WatchedContainer(
        String uid,
        String namespace,
        String pod,
        String container,
        String id,
        CacheMode cache,
        Optional<String> postgres) {
    public static final int MAX_CONNECTION_STRING_LENGTH = 8 * 1024;

    private static final int MAX_LABEL_LENGTH = 63;
    private static final int MAX_NAME_LENGTH = 253;
    private static final Pattern UID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z-]{0,63}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,128}");
    private static final Pattern LABEL = Pattern.compile("[0-9a-z](?:[0-9a-z-]*[0-9a-z])?");
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    /// As the monitor's `--cache` has them.
    public enum CacheMode {
        NONE("none"),
        SETTINGS("settings"),
        NEON("neon"),
        AUTO("auto");

        private final String text;

        CacheMode(String text) {
            this.text = text;
        }

        /// As in the watch list.
        public String text() {
            return text;
        }

        static Optional<CacheMode> of(String text) {
            for (CacheMode cache : values()) if (cache.text.equals(text)) return Optional.of(cache);
            return Optional.empty();
        }
    }

    /// @throws IllegalArgumentException naming what is wrong, without its value
    public WatchedContainer {
        check(UID.matcher(uid).matches(), "uid", "is not a pod's uid");
        check(isLabel(namespace), "namespace", "is not a namespace's name");
        check(
                pod.length() <= MAX_NAME_LENGTH && NAME.matcher(pod).matches(),
                "pod",
                "is not a pod's name");
        check(isLabel(container), "container", "is not a container's name");
        check(ID.matcher(id).matches(), "id", "is not a container's id in hexadecimal");
        if (postgres.isPresent())
            check(
                    !postgres.get().isBlank()
                            && postgres.get().length() <= MAX_CONNECTION_STRING_LENGTH,
                    "postgres",
                    "is empty, or longer than " + MAX_CONNECTION_STRING_LENGTH);
        check(
                cache == CacheMode.NONE || postgres.isPresent(),
                "postgres",
                "is missing, and `cache` needs it");
    }

    private static boolean isLabel(String text) {
        return text.length() <= MAX_LABEL_LENGTH && LABEL.matcher(text).matches();
    }

    private static void check(boolean holds, String name, String why) {
        if (!holds) throw new IllegalArgumentException("`" + name + "` " + why);
    }

    /// What tells containers of a node apart, whatever they are called: `<pod uid>/<container>`. It
    /// ends the monitor's addresses for this one, such as `/monitor/<pod uid>/<container>`.
    public String key() {
        return uid + "/" + container;
    }

    /// For people: `<namespace>/<pod>/<container>`.
    public String name() {
        return namespace + "/" + pod + "/" + container;
    }

    /// For those who do not speak with its Postgres.
    public WatchedContainer withoutConnection() {
        return new WatchedContainer(
                uid, namespace, pod, container, id, CacheMode.NONE, Optional.empty());
    }

    /// Without the connection string.
    @Override
    public String toString() {
        return "%s (uid %s, id %s, cache %s%s)"
                .formatted(name(), uid, id, cache.text(), postgres.isPresent() ? ", postgres" : "");
    }
}
