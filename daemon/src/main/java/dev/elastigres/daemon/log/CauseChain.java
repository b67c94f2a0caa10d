package dev.elastigres.daemon.log;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Formats an exception and its causes.
public final class CauseChain {
    /// Maximum depth, because causes may be cyclic.
    private static final int DEEPEST = 16;

    private CauseChain() {}

    /// Returns the messages of `failure` and its causes, outermost first: `cannot resize: cannot
    /// connect: connection refused`. A message that only repeats its cause is omitted.
    public static String chain(Throwable failure) {
        var parts = new ArrayList<String>();
        for (Throwable each : all(failure)) {
            String message = message(each);
            if (parts.isEmpty() || !parts.getLast().endsWith(message)) parts.add(message);
        }
        return String.join(": ", parts);
    }

    /// Returns the location of the bug in `failure`, if it is one: the top of the innermost
    /// unchecked exception's stack.
    static Optional<String> bug(Throwable failure) {
        StackTraceElement top = null;
        for (Throwable each : all(failure))
            if ((each instanceof RuntimeException || each instanceof Error)
                    && each.getStackTrace().length > 0) top = each.getStackTrace()[0];
        return Optional.ofNullable(top)
                .map(
                        frame ->
                                "%s.%s(%s:%d)"
                                        .formatted(
                                                frame.getClassName(),
                                                frame.getMethodName(),
                                                frame.getFileName(),
                                                frame.getLineNumber()));
    }

    private static List<Throwable> all(Throwable failure) {
        var all = new ArrayList<Throwable>();
        for (@Nullable Throwable each = failure;
                each != null && all.size() < DEEPEST;
                each = each.getCause()) all.add(each);
        return all;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) return name;
        Throwable cause = failure.getCause();
        // The message that a constructor creates from the cause alone.
        if (cause != null && message.equals(cause.toString())) return message(cause);
        // The messages of these only name the object; the class has the reason.
        if (failure instanceof UnknownHostException
                || (failure instanceof FileSystemException file && file.getReason() == null))
            return kind(failure) + ": " + message;
        return message;
    }

    /// Returns the kind of failure, in words for the common ones.
    private static String kind(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it exists already";
            case NotDirectoryException _ -> "not a directory";
            case DirectoryNotEmptyException _ -> "the directory is not empty";
            case UnknownHostException _ -> "unknown host";
            default -> failure.getClass().getSimpleName();
        };
    }
}
