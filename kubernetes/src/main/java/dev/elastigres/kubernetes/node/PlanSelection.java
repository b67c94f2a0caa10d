package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.TargetResolver;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;

/// Selects pods by the node's plan. A plan with a newer format than this release reads is reported
/// as a problem, and the last readable one stays in force. Used by one thread.
public final class PlanSelection implements TargetSelection.SelectionRule<NodePlan> {
    private static final String READ = "read its NodePlan";

    private final ActiveProblems problems;
    private Optional<NodePlanSpec> readable = Optional.empty();
    private long generation;

    public PlanSelection(ActiveProblems problems) {
        this.problems = problems;
    }

    /// @param plans the plan of the node; empty if it has none
    @Override
    public PodSelection choose(Collection<Pod> pods, Collection<NodePlan> plans) {
        Optional<NodePlan> plan = plans.stream().findFirst();
        Optional<NodePlanSpec> spec = plan.flatMap(NodePlan::findSpec);
        int version = spec.map(NodePlanSpec::version).orElse(NodePlanSpec.SCHEMA_VERSION);
        if (version > NodePlanSpec.SCHEMA_VERSION)
            problems.begin(
                    READ,
                    "it has the schema version %d, and this agent reads versions up to %d: update the agent"
                            .formatted(version, NodePlanSpec.SCHEMA_VERSION));
        else {
            problems.end(READ);
            readable = spec;
            generation = plan.map(NodePlan::generation).orElse(0L);
        }
        return TargetResolver.of(pods, readable, generation);
    }
}
