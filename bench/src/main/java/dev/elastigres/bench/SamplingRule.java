package dev.elastigres.bench;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The monitor's rule for when to request memory.
enum SamplingRule {
    /// A rolling average at or above the threshold, as the original does.
    FIXED(10311),
    /// What usage will be when a grant has come.
    ADAPTIVE(10312);

    private final int guestPort;

    SamplingRule(int guestPort) {
        this.guestPort = guestPort;
    }

    /// Where its monitor listens in a guest.
    int guestPort() {
        return guestPort;
    }

    /// As the monitor's setting `sampling` has it.
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
