package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/// The result of a whole demo, as text for people and as fields for programs.
interface DemoResult {
    List<String> lines();

    /// Writes the fields into an open JSON object.
    void writeFields(JsonGenerator json) throws IOException;
}
