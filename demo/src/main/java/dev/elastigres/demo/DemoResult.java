package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/// What a whole demo came to, in words for people and in fields for programs.
interface DemoResult {
    List<String> lines();

    /// Into an object that was begun.
    void writeFields(JsonGenerator json) throws IOException;
}
