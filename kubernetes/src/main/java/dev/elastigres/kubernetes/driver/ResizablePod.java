package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import java.util.Optional;

/// The operations that a resize needs of its pod.
interface ResizablePod {
    /// Returns the size in force, as reported by the kubelet and the kernel.
    Resources size() throws DriverException, InterruptedException;

    /// Returns the memory limit in force, or the size's memory if the driver does not change the
    /// limit.
    Bytes memoryLimit() throws DriverException;

    /// Returns whether the driver changes the memory limit.
    boolean hasMemoryLimit() throws DriverException;

    /// Returns whether the memory limit may exceed the size.
    boolean letsLimitExceedSize() throws DriverException;

    /// Requests this size and limit, and waits until they are in force or refused, or the deadline
    /// passes.
    ResizeProgress apply(Resources size, Bytes memoryLimit)
            throws DriverException, InterruptedException;

    /// Returns whether the cluster's rules admit this size and limit. This is a dry run.
    boolean admits(Resources size, Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Requests this size and limit, and does not wait for them.
    void request(Resources size, Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Returns why the container needs more than `memory`; empty if it does not.
    Optional<String> tooLittle(Bytes memory) throws DriverException, InterruptedException;

    /// Returns whether this lower limit can be set without freeing page cache first.
    boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Frees page cache for a lower limit, and returns the lowest possible one.
    PodMemoryLimits.MemoryLimitPlan plan(Bytes from, Bytes to)
            throws DriverException, InterruptedException;

    /// Returns whether the limit is above the present usage in the kernel, whatever the kubelet
    /// reports.
    boolean fits(Bytes memoryLimit) throws DriverException, InterruptedException;

    /// Counts an attempt that the kubelet failed because its usage figure is old. Returns false
    /// after the maximum number of attempts.
    boolean awaitsKubelet(Bytes memoryLimit) throws DriverException;

    /// Records the result of one resource.
    ///
    /// @param failure kind of the failure; empty if the result is done or has no kind
    /// @param why one clause; empty if the result is done
    void record(
            PodResize.ResizePart part,
            ResizeResult ending,
            Optional<ResizeFailure> failure,
            String why);
}
