package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value made of files, and made anew when they say something else. They are read each time the
/// value is asked for: they are small, and nothing about a file but its contents tells for certain
/// whether it has changed. What cannot be used leaves the old value in force. For any thread.
final class Renewed<T> {
    private final String what;
    private final List<Path> files;
    private final Maker<T> maker;
    private final GuardReport report;
    private List<Content> contents;
    private T value;

    /// The contents that could not be used, or why they could not be read; null while all is well.
    private @Nullable Object rejected;

    @FunctionalInterface
    interface Maker<T> {
        /// @param contents of the files, in their order
        T make(List<Content> contents) throws CredentialException;
    }

    /// @param what the value is, for people
    Renewed(String what, List<Path> files, Maker<T> maker, GuardReport report)
            throws CredentialException {
        this.what = what;
        this.files = List.copyOf(files);
        this.maker = maker;
        this.report = report;
        contents = read();
        value = maker.make(contents);
    }

    synchronized T get() {
        List<Content> now;
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

    private void renew(List<Content> now) {
        try {
            value = maker.make(now);
            contents = now;
            rejected = null;
            report.renewed(what);
        } catch (CredentialException e) {
            reject(now, e);
        }
    }

    /// Says so once for each thing that is wrong.
    private void reject(Object wrong, CredentialException why) {
        if (wrong.equals(rejected)) return;
        rejected = wrong;
        report.kept(what, why);
    }

    private List<Content> read() throws CredentialException {
        var read = new ArrayList<Content>();
        for (Path file : files) read.add(Content.read(file));
        return read;
    }
}
