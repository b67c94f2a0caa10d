package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.util.List;
import java.util.Optional;

/// Neon's file cache: one setting, in mebibytes, up to a maximum that is fixed at the server's
/// start.
final class NeonCache implements CacheControl {
    static final String LIMIT = "neon.file_cache_size_limit";
    private static final String MAXIMUM = "neon.max_file_cache_size";

    private final PostgresConnection connection;
    private final FileCacheConfig config;
    private Optional<Bytes> wanted = Optional.empty();

    /// The size that this connection has written and seen in force. The first size is always
    /// written, so that an obstacle such as a missing privilege shows at once.
    private Optional<Bytes> written = Optional.empty();

    NeonCache(PostgresConnection connection, FileCacheConfig config) {
        this.connection = connection;
        this.config = config;
    }

    /// Returns why the server has no such cache; empty if it has one. Without the library that
    /// defines the setting, the setting is a placeholder: any value can be written to it, and
    /// nothing reads it.
    static Optional<String> missing(PostgresConnection connection) throws PostgresException {
        if (ServerSetting.read(connection, List.of(LIMIT)).containsKey(LIMIT))
            return Optional.empty();
        boolean placeholder =
                connection
                        .query(
                                "look for " + LIMIT,
                                "SELECT current_setting('" + LIMIT + "', true) IS NOT NULL",
                                row -> row.getBoolean(1))
                        .getFirst();
        return Optional.of(
                placeholder
                        ? LIMIT + " is a placeholder: no library that defines it is loaded"
                        : "there is no " + LIMIT);
    }

    @Override
    public String policy() {
        return "neon";
    }

    @Override
    public String found() {
        return LIMIT;
    }

    @Override
    public boolean holdsMemory() {
        return true;
    }

    @Override
    public SizingResult apply(Bytes usable) throws PostgresException, InterruptedException {
        Bytes maximum = size(MAXIMUM);
        Bytes fitting = config.rules().size(usable);
        Bytes size = fitting.min(config.ceiling()).min(maximum).roundedDownToMebibytes();
        wanted = Optional.of(size);
        if (written.equals(wanted) && size(LIMIT).equals(size))
            return new SizingResult.InForce("kept file cache size at " + size);
        CacheControl.checkAlterSystem(connection);
        connection.execute(
                "set " + LIMIT + " to " + size,
                "ALTER SYSTEM SET neon.file_cache_size_limit = " + size.toMebibytes());
        CacheControl.reload(connection);
        if (!CacheControl.inForce(() -> size(LIMIT).equals(size))) throw overridden(size);
        written = wanted;
        return new SizingResult.InForce(
                "set file cache size to " + size + cap(size, fitting, maximum));
    }

    private String cap(Bytes size, Bytes fitting, Bytes maximum) {
        if (!size.isLessThan(fitting)) return "";
        return maximum.isLessThan(config.ceiling())
                ? ", all that " + MAXIMUM + " allows"
                : ", the ceiling";
    }

    private PostgresException overridden(Bytes size) throws PostgresException {
        ServerSetting setting = ServerSetting.read(connection, List.of(LIMIT)).get(LIMIT);
        String why = setting == null ? "it does not exist any more" : setting.override();
        return new PostgresException.Refusing(
                "%s on %s stays %s instead of %s: %s"
                        .formatted(LIMIT, connection.server(), size(LIMIT), size, why));
    }

    /// Returns false: a larger cache is what the memory is for, and a smaller one frees it.
    @Override
    public boolean mayWait(Bytes usable) {
        return false;
    }

    @Override
    public List<CacheStatus.CacheSettingStatus> read() throws PostgresException {
        return List.of(new CacheStatus.CacheSettingStatus(LIMIT, wanted, Optional.of(size(LIMIT))));
    }

    private Bytes size(String setting) throws PostgresException {
        return connection
                .query(
                        "read " + setting,
                        "SELECT pg_size_bytes(current_setting('" + setting + "'))",
                        row -> new Bytes(Math.max(0, row.getLong(1))))
                .getFirst();
    }
}
