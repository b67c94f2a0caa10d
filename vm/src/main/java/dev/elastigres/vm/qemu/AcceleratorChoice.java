package dev.elastigres.vm.qemu;

import java.util.Locale;
import java.util.Optional;

/// The accelerator that a VM is configured to use.
public enum AcceleratorChoice {
    /// KVM if it works on this machine, otherwise TCG.
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
