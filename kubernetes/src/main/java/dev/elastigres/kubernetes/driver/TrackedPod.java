package dev.elastigres.kubernetes.driver;

import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;

/// A scaled pod and its Postgres container.
record TrackedPod(ScaledPod chosen, PodContainer container) {
    /// Separates the container's life from the terms of scaling.
    private static final String TERMS = " ";

    TrackedPod with(PodContainer newer) {
        return new TrackedPod(chosen, newer);
    }

    /// The container's life and the terms under which it is scaled. The share of the budget is
    /// decided when a life begins, so new terms are a new life to the agent.
    String lifeAndTerms() {
        return container.life() + terms();
    }

    private String terms() {
        String mode = chosen.mode() == ScalingMode.AUTO ? "" : TERMS + chosen.mode();
        return chosen.resources().equals(ControlledResources.ALL)
                ? mode
                : mode + TERMS + chosen.resources().cpu() + TERMS + chosen.resources().memory();
    }

    /// Whether `container` lives the life of `lifeAndTerms`, under whatever terms.
    static boolean isLifeOf(PodContainer container, String lifeAndTerms) {
        int end = lifeAndTerms.indexOf(TERMS);
        String life = end < 0 ? lifeAndTerms : lifeAndTerms.substring(0, end);
        return container.life().equals(life);
    }
}
