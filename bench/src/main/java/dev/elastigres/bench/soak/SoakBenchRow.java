package dev.elastigres.bench.soak;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;

/// A result row of the soak benchmark.
sealed interface SoakBenchRow extends BenchRow {

    /// Returns whether the result is acceptable.
    boolean isSound();

    /// Operations that were done.
    ///
    /// @param what in snake_case
    /// @param lost number of operations in `done` without the expected result
    record Done(String what, int done, int lost) implements SoakBenchRow {
        @Override
        public boolean isSound() {
            return lost == 0;
        }

        @Override
        public String head() {
            return "%-18s %12s %12s".formatted("what", "done", "lost");
        }

        @Override
        public String text() {
            return "%-18s %12d %12d".formatted(what, done, lost);
        }

        @Override
        public String json() {
            return Json.write(
                    json -> {
                        json.writeStartObject();
                        json.writeStringField("bench", "soak");
                        json.writeStringField("what", what);
                        json.writeNumberField("done", done);
                        json.writeNumberField("lost", lost);
                        json.writeEndObject();
                    });
        }
    }

    /// Growth of a resource of the process.
    ///
    /// @param what in snake_case, with its unit
    /// @param allowed growth that may be noise
    record Growth(String what, long before, long after, long allowed) implements SoakBenchRow {
        @Override
        public boolean isSound() {
            return after - before <= allowed;
        }

        @Override
        public String head() {
            return "\n%-18s %12s %12s %12s".formatted("what", "before", "after", "verdict");
        }

        @Override
        public String text() {
            return "%-18s %12d %12d %12s"
                    .formatted(what, before, after, isSound() ? "flat" : "leaked");
        }

        @Override
        public String json() {
            return Json.write(
                    json -> {
                        json.writeStartObject();
                        json.writeStringField("bench", "soak");
                        json.writeStringField("what", what);
                        json.writeNumberField("before", before);
                        json.writeNumberField("after", after);
                        json.writeBooleanField("leaked", !isSound());
                        json.writeEndObject();
                    });
        }
    }
}
