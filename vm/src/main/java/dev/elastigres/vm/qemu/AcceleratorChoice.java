package dev.elastigres.vm.qemu;

import java.util.Locale;
import java.util.Optional;

/// What the owner of a VM wants its instructions run by.
public enum AcceleratorChoice {
    /// KVM where it truly works, else TCG.
    AUTO,
    KVM,
    TCG;

    public static Optional<AcceleratorChoice> of(String name) {
        for (var choice : values()) {
            if (choice.title().equals(name)) return Optional.of(choice);
        }
        return Optional.empty();
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
