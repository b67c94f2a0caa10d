package dev.elastigres.bench.soak;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;

/// One line of the result.
sealed interface SoakBenchRow extends BenchRow {

    /// Whether it is as it should be.
    boolean isSound();

    /// What was done.
    ///
    /// @param what in snake_case
    /// @param lost how many of `done` did not come to what they should
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

    /// How a figure of the process has grown.
    ///
    /// @param what in snake_case, with its unit
    /// @param allowed what may be noise
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
