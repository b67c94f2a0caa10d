package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value made of files, and made anew when they say something else. They are read each time the
/// value is asked for: they are small, and nothing about a file but its contents tells for certain
/// whether it has changed. What cannot be used leaves the old value in force. For any thread.
final class ReloadingValue<T> {
    private final String what;
    private final List<Path> files;
    private final ValueLoader<T> maker;
    private final GuardListener report;
    private List<FileContent> contents;
    private T value;

    /// The contents that could not be used, or why they could not be read; null while all is well.
    private @Nullable Object rejected;

    @FunctionalInterface
    interface ValueLoader<T> {
        /// @param contents of the files, in their order
        T make(List<FileContent> contents) throws CredentialException;
    }

    /// @param what the value is, for people
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

    /// Says so once for each thing that is wrong.
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
