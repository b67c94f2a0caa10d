/// The agent of a Kubernetes node.
module dev.elastigres.kubernetes {
    requires transitive dev.elastigres.agent;
    requires dev.elastigres.core;
    requires dev.elastigres.daemon;
    requires dev.elastigres.protocol;
    requires java.logging;
    requires transitive com.fasterxml.jackson.annotation;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires transitive kubernetes.client.api;
    requires transitive kubernetes.model.core;
    requires transitive kubernetes.model.common;
    requires kubernetes.model.apps;
    requires transitive kubernetes.model.coordination;
    requires kubernetes.model.events;
    requires kubernetes.model.policy;
    requires static org.jspecify;

    exports dev.elastigres.kubernetes;
    exports dev.elastigres.kubernetes.api;
    exports dev.elastigres.kubernetes.driver;
    exports dev.elastigres.kubernetes.events;
    exports dev.elastigres.kubernetes.eviction;
    exports dev.elastigres.kubernetes.node;
    exports dev.elastigres.kubernetes.status;
    exports dev.elastigres.kubernetes.targets;

    // Jackson instantiates the records, the client instantiates the objects.
    opens dev.elastigres.kubernetes.api;

    provides dev.elastigres.agent.platform.Platform.PlatformProvider with
            dev.elastigres.kubernetes.PodsPlatformProvider;
}
