package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/// Something that a demo has to tell, in words for people and in fields for programs.
interface DemoNotice {
    /// One line; where it is more, the others are indented.
    String line();

    /// What programs call it.
    String event();

    /// Into an object that was begun.
    void writeFields(JsonGenerator json) throws IOException;
}
