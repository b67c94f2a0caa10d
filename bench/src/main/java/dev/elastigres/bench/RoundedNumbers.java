package dev.elastigres.bench;

/// Rounds figures to their significant digits.
final class RoundedNumbers {
    private RoundedNumbers() {}

    static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }

    static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
