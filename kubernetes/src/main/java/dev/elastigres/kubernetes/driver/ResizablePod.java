package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import java.util.Optional;

/// What a resize reads of its pod and does to it.
interface ResizablePod {
    /// The size in force, as the kubelet and the kernel show it.
    Resources size() throws DriverException, InterruptedException;

    /// The memory limit in force; the size's memory where the limit is not changed.
    Bytes memoryLimit() throws DriverException;

    /// Whether the memory limit is changed with the size.
    boolean hasMemoryLimit() throws DriverException;

    /// Whether the memory limit may be above the size.
    boolean letsLimitExceedSize() throws DriverException;

    /// Requests this size and limit, and waits until they are in force, refused or late.
    ResizeProgress apply(Resources size, Bytes memoryLimit)
            throws DriverException, InterruptedException;

    /// Whether the cluster's rules admit this size and limit. Changes nothing.
    boolean admits(Resources size, Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Requests this size and limit, without waiting for them.
    void ask(Resources size, Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Why the container needs more than `memory`; empty when it does not.
    Optional<String> tooLittle(Bytes memory) throws DriverException, InterruptedException;

    /// Whether this lower limit can be set without freeing page cache first.
    boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Frees page cache for a lower limit.
    PodMemoryLimits.MemoryLimitPlan plan(Bytes from, Bytes to)
            throws DriverException, InterruptedException;

    /// Whether the kernel would accept this limit now, whatever the kubelet reports.
    boolean fits(Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Counts that the kubelet did not accept a limit that fits, because its usage figure is old.
    /// Returns false if this happened so often that waiting is no use.
    boolean awaitsKubelet(Bytes memoryLimit) throws DriverException;

    /// Takes the result of one resource's part of the resize.
    ///
    /// @param failure why the part was not done, where that is known
    /// @param why one clause; empty when it is done
    void ended(
            PodResize.ResizePart part,
            ResizeResult ending,
            Optional<ResizeFailure> failure,
            String why);
}
