package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.kubernetes.node.PodContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The messages are those of the kubelet of Kubernetes 1.35.
class ResizeProgressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Resize is infeasible for Guaranteed Pods alongside CPU Manager policy "static" | NOT_RESIZABLE | static CPU manager policy
                    Resize is infeasible for Guaranteed Pods alongside Memory Manager policy "Static" | NOT_RESIZABLE | static memory manager policy
                    In-place resize of containers with swap is not supported. | NOT_RESIZABLE | its node has swap
                    Node didn't have enough capacity: cpu, requested: 8000, capacity: 2000 | TOO_LARGE | it exceeds the capacity
                    In-place resize of something new is not supported. | NOT_RESIZABLE | its node cannot perform the resize
                    """)
    void namesWhyANodeCanNeverPerformIt(String message, ResizeFailure failure, String clause) {
        var progress =
                (ResizeProgress.Infeasible)
                        ResizeProgress.of(
                                container("PodResizePending", "Infeasible", message, 3), 3);
        assertThat(progress.failure()).isEqualTo(failure);
        assertThat(progress.why()).contains(clause).endsWith(": " + message);
    }

    @Test
    void ignoresConditionsOfEarlierGenerations() {
        PodContainer container = container("PodResizePending", "Deferred", "no room", 2);
        assertThat(ResizeProgress.of(container, 2))
                .isEqualTo(new ResizeProgress.Deferred("no room"));
        assertThat(ResizeProgress.of(container, 3)).isEqualTo(new ResizeProgress.InProgress());
    }

    private static PodContainer container(
            String type, String reason, String message, long generation) {
        var pod =
                new PodBuilder()
                        .withNewStatus()
                        .addNewCondition()
                        .withType(type)
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .withObservedGeneration(generation)
                        .endCondition()
                        .endStatus()
                        .build();
        return new PodContainer(pod, new Container(), new ContainerStatus(), "ab");
    }
}
