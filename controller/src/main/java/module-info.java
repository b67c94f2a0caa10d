/// The controller of a Kubernetes cluster.
module dev.elastigres.controller {
    requires dev.elastigres.agent;
    requires dev.elastigres.core;
    requires transitive dev.elastigres.daemon;
    requires dev.elastigres.kubernetes;
    requires dev.elastigres.protocol;
    requires com.fasterxml.jackson.databind;
    requires kubernetes.client.api;
    requires kubernetes.model.admissionregistration;
    requires kubernetes.model.common;
    requires kubernetes.model.coordination;
    requires kubernetes.model.core;
    requires static org.jspecify;

    exports dev.elastigres.controller;
}
