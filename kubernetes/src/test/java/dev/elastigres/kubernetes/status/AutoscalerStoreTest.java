package dev.elastigres.kubernetes.status;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AutoscalerStoreTest {
    private final AtomicInteger rings = new AtomicInteger();
    private final AutoscalerStore objects = new AutoscalerStore("one", rings::incrementAndGet);

    /// Returns an object as the API server sends it.
    private static PostgresAutoscaler object(int generation, String version, String state) {
        String text =
                """
                apiVersion: elastigres.dev/v1alpha1
                kind: PostgresAutoscaler
                metadata:
                  namespace: db
                  name: pg
                  uid: u
                  generation: %d
                  resourceVersion: "%s"
                  managedFields:
                  - manager: elastigres-one
                    operation: Apply
                    fieldsV1: {"f:status": {"f:instances": {'k:{"name":"pg-0"}': {}}}}
                  - manager: elastigres-two
                    operation: Apply
                    fieldsV1: {"f:status": {"f:instances": {'k:{"name":"pg-1"}': {}}}}
                spec: {target: {cluster: orders}, max: 8}
                status: {state: %s}
                """
                        .formatted(generation, version, state);
        return new KubernetesSerialization().unmarshal(text, PostgresAutoscaler.class);
    }

    private PostgresAutoscaler put(PostgresAutoscaler object) {
        objects.put(objects.getKey(object), object);
        return requireNonNull(objects.get("db/pg"));
    }

    @Test
    void dropsFieldsOwnedByOtherAgents() {
        PostgresAutoscaler kept = put(object(1, "10", "Settled"));
        assertThat(kept.getMetadata().getManagedFields())
                .singleElement()
                .satisfies(it -> assertThat(it.getManager()).isEqualTo("elastigres-one"));
        assertThat(FieldOwnership.instances(kept, "one")).containsExactly("pg-0");
    }

    @Test
    void keepsEveryFieldThatIsRead() {
        PostgresAutoscaler whole = object(3, "10", "Settled");
        PostgresAutoscaler kept = put(whole);
        assertThat(kept.findSpec()).isEqualTo(whole.findSpec()).isPresent();
        assertThat(kept.written()).isEqualTo(whole.written()).isPresent();
        assertThat(StatusReconciler.name(kept)).isEqualTo(StatusReconciler.name(whole));
        assertThat(kept.getMetadata().getUid()).isEqualTo("u");
        assertThat(kept.getMetadata().getResourceVersion()).isEqualTo("10");
        assertThat(kept.getMetadata().getGeneration()).isEqualTo(3);
    }

    @Test
    void signalsSpecChangesButNotStatusChanges() {
        put(object(1, "10", "Settled"));
        assertThat(rings).hasValue(1);
        assertThat(put(object(1, "11", "Resizing")).written().orElseThrow().state())
                .isEqualTo("Resizing");
        assertThat(rings).hasValue(1);
        put(object(2, "12", "Resizing"));
        assertThat(rings).hasValue(2);
        PostgresAutoscaler ends = object(2, "13", "Resizing");
        ends.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        put(ends);
        assertThat(rings).hasValue(3);
        objects.remove("db/pg");
        assertThat(rings).hasValue(4);
        objects.remove("db/pg");
        assertThat(rings).hasValue(4);
        assertThat(objects.all()).isEmpty();
    }
}
