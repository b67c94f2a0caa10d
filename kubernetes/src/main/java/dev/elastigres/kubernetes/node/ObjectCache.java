package dev.elastigres.kubernetes.node;

import java.util.Collection;

/// A local cache of objects of the API server.
public interface ObjectCache<T> extends AutoCloseable {
    /// Starts the cache. It does not block.
    void start();

    /// Returns whether the initial list has been received.
    boolean hasSynced();

    /// Checks the watch and reports changes of its state.
    void check();

    /// Returns whether the watch works, as of the last check.
    boolean isWell();

    Collection<T> all();

    @Override
    void close();
}
