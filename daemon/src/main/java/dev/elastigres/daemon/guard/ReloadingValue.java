package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value that is loaded from files, and reloaded when their content changes. The files are read
/// each time the value is requested: they are small, and only a file's content shows reliably
/// whether it has changed. If the new content cannot be used, the old value stays in force.
/// Thread-safe.
final class ReloadingValue<T> {
    private final String what;
    private final List<Path> files;
    private final ValueLoader<T> maker;
    private final GuardListener report;
    private List<FileContent> contents;
    private T value;

    /// The rejected content, or why the files could not be read; null while the value is current.
    private @Nullable Object rejected;

    @FunctionalInterface
    interface ValueLoader<T> {
        /// Creates the value.
        ///
        /// @param contents contents of the files, in their order
        /// @throws CredentialException if they cannot be used
        T make(List<FileContent> contents) throws CredentialException;
    }

    /// @param what name of the value for messages
    ReloadingValue(String what, List<Path> files, ValueLoader<T> maker, GuardListener report)
            throws CredentialException {
        this.what = what;
        this.files = List.copyOf(files);
        this.maker = maker;
        this.report = report;
        contents = read();
        value = maker.make(contents);
    }

    synchronized T get() {
        List<FileContent> now;
        try {
            now = read();
        } catch (CredentialException e) {
            reject(String.valueOf(e.getMessage()), e);
            return value;
        }
        if (now.equals(contents)) rejected = null;
        else if (!now.equals(rejected)) renew(now);
        return value;
    }

    private void renew(List<FileContent> now) {
        try {
            value = maker.make(now);
            contents = now;
            rejected = null;
            report.renewed(what);
        } catch (CredentialException e) {
            reject(now, e);
        }
    }

    /// Reports each rejected content, or reason, once.
    private void reject(Object wrong, CredentialException why) {
        if (wrong.equals(rejected)) return;
        rejected = wrong;
        report.kept(what, why);
    }

    private List<FileContent> read() throws CredentialException {
        var read = new ArrayList<FileContent>();
        for (Path file : files) read.add(FileContent.read(file));
        return read;
    }
}
