package dev.elastigres.kubernetes.driver;

import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;

/// A scaled pod and its Postgres container.
record TrackedPod(ScaledPod chosen, PodContainer container) {
    /// Separator between the container's life and the terms of scaling.
    private static final String TERMS = " ";

    TrackedPod with(PodContainer newer) {
        return new TrackedPod(chosen, newer);
    }

    /// Returns the ID of the container instance together with its mode and controlled resources.
    /// The agent fixes a VM's share of the budget at the start of its life, so a change of these
    /// terms starts a new life.
    String lifeAndTerms() {
        return container.life() + terms();
    }

    private String terms() {
        String mode = chosen.mode() == ScalingMode.AUTO ? "" : TERMS + chosen.mode();
        return chosen.resources().equals(ControlledResources.ALL)
                ? mode
                : mode + TERMS + chosen.resources().cpu() + TERMS + chosen.resources().memory();
    }

    /// Returns whether `container` is the instance of `lifeAndTerms`, with any terms.
    static boolean isLifeOf(PodContainer container, String lifeAndTerms) {
        int end = lifeAndTerms.indexOf(TERMS);
        String life = end < 0 ? lifeAndTerms : lifeAndTerms.substring(0, end);
        return container.life().equals(life);
    }
}
