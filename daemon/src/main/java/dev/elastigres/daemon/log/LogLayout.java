package dev.elastigres.daemon.log;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Formats events as lines.
interface LogLayout {

    /// Returns one line, without its end.
    ///
    /// @param fields fields in their order; values are of any type
    String line(Instant time, LogLevel level, String message, Map<String, @Nullable Object> fields);
}
