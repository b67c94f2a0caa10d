package dev.elastigres.simulation.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/// CPU loads of real servers over two weeks, from the Numenta Anomaly Benchmark. Memory and working
/// set are derived from them. The resource `NOTICE.txt` contains their licence.
public enum RecordedLoad {
    /// A cloud database.
    RDS_CC0C53,
    /// A mostly quiet server with spikes.
    EC2_FE7F93,
    /// A steady, noisy server.
    EC2_5F5533;

    /// Returns the name of the load: `rds-cc0c53`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the load as a trace.
    public LoadTrace trace() {
        String resource = code() + ".csv";
        try (var in =
                        Objects.requireNonNull(
                                RecordedLoad.class.getResourceAsStream(resource), resource);
                var reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return TraceText.parse(reader.lines());
        } catch (TraceException e) {
            throw new IllegalStateException("the packaged load " + resource + " is no trace", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the packaged load " + resource, e);
        }
    }
}
