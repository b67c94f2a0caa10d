package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.scheduler.ClusterList.ListedPod;
import dev.elastigres.scheduler.ObjectFields.ObjectFieldException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads pods, with the labels and annotations of the original on the pods of VMs. A VM whose
/// annotations cannot be read is booked with what its containers request, and its size is fixed.
final class PodReader {
    private static final String ENABLED = "autoscaling.neon.tech/enabled";
    private static final String MAY_MOVE = "autoscaling.neon.tech/auto-migration-enabled";
    private static final String SIZES = "vm.neon.tech/resources";
    private static final String OVERCOMMIT = "vm.neon.tech/overcommit";
    private static final String REQUESTED = "internal.autoscaling.neon.tech/resources-requested";
    private static final String APPROVED = "internal.autoscaling.neon.tech/resources-approved";

    private final Consumer<BookingProblem> problems;

    /// @param problems receives what cannot be read
    PodReader(Consumer<BookingProblem> problems) {
        this.problems = problems;
    }

    /// Returns the pod; empty if it is not bound to a node or has no name.
    Optional<ListedPod> read(ObjectFields pod) {
        Optional<String> node = pod.at("spec", "nodeName").text();
        Optional<String> name = pod.at("metadata", "name").text();
        if (node.isEmpty() || name.isEmpty()) return Optional.empty();
        String namespace = pod.at("metadata", "namespace").text().orElse("default");
        String uid = pod.at("metadata", "uid").text().orElse(namespace + "/" + name.get());
        var identity = new PodIdentity(namespace, name.get(), uid);
        BookingKind kind = kind(pod);
        if (kind != BookingKind.POD && kind != BookingKind.FINISHED)
            try {
                return Optional.of(vm(pod, identity, node.get(), kind));
            } catch (ObjectFieldException e) {
                problems.accept(
                        new BookingProblem(
                                "pod " + identity.text(),
                                e.getMessage() + "; it counts what its containers request"));
                return Optional.of(
                        listed(
                                identity,
                                node.get(),
                                requests(pod, identity),
                                BookingKind.FIXED_VM,
                                vmName(pod, namespace)));
            }
        return Optional.of(listed(identity, node.get(), requests(pod, identity), kind, ""));
    }

    private static ListedPod listed(
            PodIdentity identity, String node, Resources size, BookingKind kind, String vm) {
        return new ListedPod(
                new PodBooking(identity, node, size, OvercommitFactors.NONE, kind),
                vm,
                size,
                false);
    }

    private static BookingKind kind(ObjectFields pod) {
        String phase = pod.at("status", "phase").text().orElse("");
        if (phase.equals("Succeeded") || phase.equals("Failed")) return BookingKind.FINISHED;
        if (owner(pod, "VirtualMachine").isEmpty()) return BookingKind.POD;
        Optional<ObjectFields> move = owner(pod, "VirtualMachineMigration");
        if (move.isPresent())
            return move.get().at("controller").isTrue()
                    ? BookingKind.MOVE_TARGET
                    : BookingKind.MOVE_SOURCE;
        return pod.at("metadata", "labels", ENABLED).text().filter("true"::equals).isPresent()
                ? BookingKind.SCALED_VM
                : BookingKind.FIXED_VM;
    }

    private static Optional<ObjectFields> owner(ObjectFields pod, String kind) {
        return pod.at("metadata", "ownerReferences").items().stream()
                .filter(
                        it ->
                                it.at("apiVersion")
                                                .text()
                                                .filter("vm.neon.tech/v1"::equals)
                                                .isPresent()
                                        && it.at("kind").text().filter(kind::equals).isPresent())
                .findFirst();
    }

    private static String vmName(ObjectFields pod, String namespace) {
        return owner(pod, "VirtualMachine")
                .flatMap(it -> it.at("name").text())
                .map(it -> namespace + "/" + it)
                .orElse("");
    }

    private static ListedPod vm(
            ObjectFields pod, PodIdentity identity, String node, BookingKind kind)
            throws ObjectFieldException {
        ObjectFields annotations = pod.at("metadata", "annotations");
        Resources use = use(annotations);
        Resources size = use;
        Resources wanted = use;
        if (kind != BookingKind.FIXED_VM) {
            // An approved size is an upper bound, and so is the one in use.
            size = use.max(sizes(annotations, APPROVED).orElse(use));
            wanted = sizes(annotations, REQUESTED).orElse(size);
        }
        boolean mayMove =
                pod.at("metadata", "labels", MAY_MOVE).text().filter("false"::equals).isEmpty();
        return new ListedPod(
                new PodBooking(identity, node, size, overcommit(annotations), kind),
                vmName(pod, identity.namespace()),
                wanted,
                mayMove);
    }

    private static Resources use(ObjectFields annotations) throws ObjectFieldException {
        String text =
                annotations
                        .at(SIZES)
                        .text()
                        .orElseThrow(
                                () ->
                                        new ObjectFieldException(
                                                "annotation " + SIZES + " is missing"));
        ObjectFields sizes = ObjectFields.parse(text, "annotation " + SIZES);
        if (!sizes.at("cpus", "use").isPresent() || !sizes.at("memorySlots", "use").isPresent())
            throw new ObjectFieldException("annotation " + SIZES + " has no sizes in use");
        double cpus = sizes.at("cpus").resources("use", "").vcpus();
        BigDecimal slots = sizes.at("memorySlots", "use").quantity("memorySlots.use");
        Bytes slot = sizes.at("memorySlotSize").bytes("memorySlotSize");
        BigDecimal bytes = slots.multiply(BigDecimal.valueOf(slot.value()));
        return new Resources(
                cpus,
                bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                        ? Bytes.MAX
                        : Bytes.of(bytes.longValue()));
    }

    private static Optional<Resources> sizes(ObjectFields annotations, String name)
            throws ObjectFieldException {
        Optional<String> text = annotations.at(name).text();
        if (text.isEmpty()) return Optional.empty();
        return Optional.of(
                ObjectFields.parse(text.get(), "annotation " + name).resources("vCPUs", "mem"));
    }

    private static OvercommitFactors overcommit(ObjectFields annotations)
            throws ObjectFieldException {
        Optional<String> text = annotations.at(OVERCOMMIT).text();
        if (text.isEmpty()) return OvercommitFactors.NONE;
        ObjectFields factors = ObjectFields.parse(text.get(), "annotation " + OVERCOMMIT);
        try {
            return new OvercommitFactors(factor(factors, "cpu"), factor(factors, "memory"));
        } catch (IllegalArgumentException e) {
            throw new ObjectFieldException("annotation " + OVERCOMMIT + ": " + e.getMessage());
        }
    }

    private static double factor(ObjectFields factors, String name) throws ObjectFieldException {
        ObjectFields factor = factors.at(name);
        return factor.isPresent() ? factor.quantity(name).doubleValue() : 1;
    }

    /// Returns what the pod's regular containers request together.
    private Resources requests(ObjectFields pod, PodIdentity identity) {
        Resources sum = Resources.ZERO;
        List<ObjectFields> containers = pod.at("spec", "containers").items();
        for (ObjectFields container : containers)
            try {
                sum = sum.plus(container.at("resources", "requests").resources("cpu", "memory"));
            } catch (ObjectFieldException e) {
                problems.accept(
                        new BookingProblem(
                                "pod " + identity.text(),
                                "request of a container: " + e.getMessage() + "; it counts 0"));
            }
        return sum;
    }
}
