package dev.elastigres.monitor.cache;

import java.util.List;

/// What of Postgres follows memory.
public sealed interface CachePolicy {

    /// As on the command line.
    String name();

    /// Whether settings that hold memory are managed, as far as is known without the server.
    boolean holdsMemory();

    /// The neon file cache where the server has one, else the settings of `formulas`. Decided anew
    /// for every connection.
    record Auto(List<SettingFormula> formulas) implements CachePolicy {
        public Auto {
            formulas = List.copyOf(formulas);
        }

        @Override
        public String name() {
            return "auto";
        }

        @Override
        public boolean holdsMemory() {
            return true;
        }
    }

    /// The size of neon's file cache.
    record Neon() implements CachePolicy {
        @Override
        public String name() {
            return "neon";
        }

        @Override
        public boolean holdsMemory() {
            return true;
        }
    }

    /// Reloadable memory settings of any Postgres.
    record Settings(List<SettingFormula> formulas) implements CachePolicy {
        public Settings {
            formulas = List.copyOf(formulas);
        }

        @Override
        public String name() {
            return "settings";
        }

        @Override
        public boolean holdsMemory() {
            return formulas.stream().anyMatch(SettingFormula::holdsMemory);
        }
    }

    /// Nothing: Postgres is not even connected to, and what somebody has set stays.
    record None() implements CachePolicy {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public boolean holdsMemory() {
            return false;
        }
    }

    /// Understands what the command line says.
    ///
    /// @param policy `auto`, `neon`, `settings` or `none`
    /// @param formulas for `auto` and `settings`, as [SettingFormula#parseAll(String)] has them;
    ///     empty: the default ones
    /// @throws IllegalArgumentException names all that is wrong
    static CachePolicy parse(String policy, String formulas) {
        List<SettingFormula> parsed =
                formulas.isBlank() ? SettingFormula.DEFAULT : SettingFormula.parseAll(formulas);
        return switch (policy) {
            case "auto" -> new Auto(parsed);
            case "neon" -> new Neon();
            case "settings" -> new Settings(parsed);
            case "none" -> new None();
            default ->
                    throw new IllegalArgumentException(
                            "cache policy must be one of auto, neon, settings, none: " + policy);
        };
    }
}
