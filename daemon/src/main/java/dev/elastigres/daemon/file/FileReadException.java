package dev.elastigres.daemon.file;

import java.io.IOException;

/// A file cannot be read. The message is a clause about it: `it is a directory`.
public final class FileReadException extends IOException {
    private static final long serialVersionUID = 1;

    public FileReadException(String why) {
        super(why);
    }
}
