package dev.elastigres.daemon.log;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes lines of events.
interface LogLayout {

    /// One line without its end.
    ///
    /// @param fields in their order; values are of any type
    String line(Instant time, LogLevel level, String message, Map<String, @Nullable Object> fields);
}
