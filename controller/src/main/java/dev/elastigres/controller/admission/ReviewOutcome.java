package dev.elastigres.controller.admission;

import java.util.Locale;

/// The outcome of a request to the webhook. In each of them the pod is admitted.
enum ReviewOutcome {
    /// The pod begins at the size of its predecessor.
    CHANGED,
    /// The size of the template is right.
    SAME_SIZE,
    /// Limits of the namespace or the nodes admit no other size.
    NOT_ADMITTED,
    /// No pod is known that this one replaces.
    NO_PREDECESSOR,
    /// The pod is not scaled.
    NOT_SELECTED,
    /// The objects of the cluster are not known yet.
    NOT_READY,
    /// The request is not for the creation of a pod, or its object is not understood.
    NOT_UNDERSTOOD,
    /// A bug in the webhook.
    FAILED;

    /// Returns the outcome as the value of a metric's label.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
