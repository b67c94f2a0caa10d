package dev.elastigres.simulation.trace;

import java.util.ArrayList;
import java.util.List;

/// Splits a line of comma-separated values. A quoted field may contain commas, and two quotes for
/// one; it ends with its line.
final class CsvFields {
    private CsvFields() {}

    /// Returns the fields without their quotes and surrounding white space.
    static List<String> of(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean twice = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (twice) field.append(line.charAt(++i));
                else quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }
}
