package dev.elastigres.protocol.pods;

import java.util.Optional;
import java.util.regex.Pattern;

/// A container that runs Postgres. Values that can become part of a path or an address are checked
/// to be plain names.
///
/// @param uid uid of the pod
/// @param namespace namespace of the pod
/// @param pod name of the pod
/// @param container name of the container in the pod
/// @param id id of the container without the runtime's prefix: hexadecimal, new for each start
/// @param cache what is sized with memory in Postgres
/// @param postgres connection string of libpq, a secret; required for any cache but `none`
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

    /// Values of the monitor's `--cache`.
    public enum CacheMode {
        NONE("none"),
        SETTINGS("settings"),
        NEON("neon"),
        AUTO("auto");

        private final String text;

        CacheMode(String text) {
            this.text = text;
        }

        /// Returns the name in the watch list.
        public String text() {
            return text;
        }

        static Optional<CacheMode> of(String text) {
            for (CacheMode cache : values()) if (cache.text.equals(text)) return Optional.of(cache);
            return Optional.empty();
        }
    }

    /// @throws IllegalArgumentException naming the invalid member, without its value
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

    /// Returns the unique key of the container on its node: `<pod uid>/<container>`. It is the end
    /// of the monitor's addresses for this container, such as `/monitor/<pod uid>/<container>`.
    public String key() {
        return uid + "/" + container;
    }

    /// Returns a readable name: `<namespace>/<pod>/<container>`.
    public String name() {
        return namespace + "/" + pod + "/" + container;
    }

    /// Returns this container without its connection string, and with cache `none`, for components
    /// that do not connect to its Postgres.
    public WatchedContainer withoutConnection() {
        return new WatchedContainer(
                uid, namespace, pod, container, id, CacheMode.NONE, Optional.empty());
    }

    /// Returns a text without the connection string.
    @Override
    public String toString() {
        return "%s (uid %s, id %s, cache %s%s)"
                .formatted(name(), uid, id, cache.text(), postgres.isPresent() ? ", postgres" : "");
    }
}
