package dev.elastigres.kubernetes.node;

import java.util.Collection;

/// Objects of the API server's, as they are known here.
public interface ObjectCache<T> extends AutoCloseable {
    /// Does not wait.
    void start();

    /// Whether all there was has come at least once.
    boolean hasSynced();

    /// Looks whether news can come, and tells when that is something else.
    void check();

    /// Whether news can come, as far as is known.
    boolean isWell();

    Collection<T> all();

    @Override
    void close();
}
