package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/// Something that a demo reports, as text for people and as fields for programs.
interface DemoNotice {
    /// Returns one line; further lines, if any, are indented.
    String line();

    /// Returns the name of the event in JSON.
    String event();

    /// Writes the fields into an open JSON object.
    void writeFields(JsonGenerator json) throws IOException;
}
