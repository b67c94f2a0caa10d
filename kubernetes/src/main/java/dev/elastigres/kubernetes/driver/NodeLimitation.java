package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.agent.ResizeFailure;

/// A limitation of a node that rules out a resize permanently. The kubelet reports all of them with
/// the reason `Infeasible`; only its message distinguishes them.
enum NodeLimitation {
    CAPACITY("enough capacity", ResizeFailure.TOO_LARGE, "it exceeds the capacity of its node"),

    /// Rules out changes of CPUs only.
    CPU_MANAGER(
            "CPU Manager policy",
            ResizeFailure.NOT_RESIZABLE,
            "its node has the static CPU manager policy, so the CPUs of a Guaranteed pod cannot change"),

    /// Rules out changes of memory only.
    MEMORY_MANAGER(
            "Memory Manager policy",
            ResizeFailure.NOT_RESIZABLE,
            "its node has the static memory manager policy, so the memory of a Guaranteed pod cannot change"),

    /// Rules out changes of the memory request only; CPUs can change.
    SWAP(
            "with swap",
            ResizeFailure.NOT_RESIZABLE,
            "its node has swap, so memory requests cannot change");

    private final String keyword;
    private final ResizeFailure failure;
    private final String text;

    NodeLimitation(String keyword, ResizeFailure failure, String text) {
        this.keyword = keyword;
        this.failure = failure;
        this.text = text;
    }

    boolean isNamedIn(String message) {
        return message.contains(keyword);
    }

    ResizeFailure failure() {
        return failure;
    }

    /// Returns the limitation as one clause.
    String text() {
        return text;
    }
}
