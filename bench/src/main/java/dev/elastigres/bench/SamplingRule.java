package dev.elastigres.bench;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The monitor's rule for when to request memory.
enum SamplingRule {
    /// A rolling average at or above the threshold, as in the original.
    FIXED(10311),
    /// The usage that is forecast for the time at which a grant arrives.
    ADAPTIVE(10312);

    private final int guestPort;

    SamplingRule(int guestPort) {
        this.guestPort = guestPort;
    }

    /// Returns the port on which its monitor listens in a guest.
    int guestPort() {
        return guestPort;
    }

    /// Returns the value of the monitor's setting `sampling`.
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    static final class SamplingRuleConverter implements ITypeConverter<SamplingRule> {
        @Override
        public SamplingRule convert(String text) {
            for (SamplingRule rule : values()) if (rule.title().equals(text)) return rule;
            throw new TypeConversionException("'" + text + "' is neither fixed nor adaptive");
        }
    }
}
