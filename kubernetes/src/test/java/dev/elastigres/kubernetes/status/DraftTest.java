package dev.elastigres.kubernetes.status;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.targets.PodSelection;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DraftTest {
    private static final StatusEntries ENTRIES = new StatusEntries("node-1", _ -> Optional.empty());

    private final PostgresAutoscaler object = new PostgresAutoscaler();

    /// Otherwise the status would be written again and again.
    @Test
    void draftsNoChangeForWrittenStatus() {
        object.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace("db")
                        .withName("pg")
                        .withGeneration(1L)
                        .build());
        StatusDraft first = draft();
        assertThat(first.summary()).isTrue();
        object.setStatus(first.body());
        assertThat(draft().summary()).isFalse();
        // The order of the conditions does not matter.
        var conditions = requireNonNull(first.body().conditions());
        assertThat(conditions).hasSize(5);
        object.setStatus(
                StatusDraft.with(
                        new PostgresAutoscalerStatus(
                                first.body().observedGeneration(),
                                first.body().pods(),
                                first.body().size(),
                                first.body().goal(),
                                first.body().state(),
                                first.body().why(),
                                List.copyOf(conditions.reversed()),
                                null),
                        null));
        assertThat(draft().summary()).isFalse();
    }

    private StatusDraft draft() {
        return StatusDraft.of(object, ENTRIES, PodSelection.NONE, false, Instant.now());
    }
}
