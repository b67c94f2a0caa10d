package dev.elastigres.kubernetes.events;

import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;

/// The object that an event is about.
public record EventSubject(
        String apiVersion, String kind, String namespace, String name, String uid) {
    public static EventSubject pod(PodName pod, String uid) {
        return new EventSubject("v1", "Pod", pod.namespace(), pod.name(), uid);
    }

    public static EventSubject autoscaler(ObjectName object, String uid) {
        return new EventSubject(
                "elastigres.dev/v1alpha1",
                "PostgresAutoscaler",
                object.namespace(),
                object.name(),
                uid);
    }
}
