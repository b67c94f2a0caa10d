package dev.elastigres.monitor.cache;

import java.util.List;

/// Selects the settings of Postgres that are sized with memory.
public sealed interface CachePolicy {

    /// Returns the policy's name on the command line.
    String name();

    /// Returns whether settings that hold memory are managed, as far as is known without the
    /// server.
    boolean holdsMemory();

    /// Neon's file cache if the server has one, else the settings of `formulas`. Determined for
    /// each connection.
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

    /// The size of Neon's file cache.
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

    /// No settings. Values set by others stay. The monitor does not connect to Postgres for its
    /// cache.
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

    /// Parses a policy.
    ///
    /// @param policy `auto`, `neon`, `settings` or `none`
    /// @param formulas formulas for `auto` and `settings`, in the format of
    ///     [SettingFormula#parseAll(String)]; blank for the default formulas
    /// @throws IllegalArgumentException if either is invalid; the message names all problems of the
    ///     formulas
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
