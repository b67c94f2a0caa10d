package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.agent.ResizeFailure;

/// What keeps a node from a resize for good. The kubelet has the one reason `Infeasible` for all of
/// it; its message tells which.
enum NodeLimitation {
    CAPACITY("enough capacity", ResizeFailure.TOO_LARGE, "its node never has room for that"),

    /// Only where CPUs change, so memory can.
    CPU_MANAGER(
            "CPU Manager policy",
            ResizeFailure.NOT_RESIZABLE,
            "its node has the static CPU manager policy, so the CPUs of a Guaranteed pod stay"),

    /// Only where memory changes, so CPUs can.
    MEMORY_MANAGER(
            "Memory Manager policy",
            ResizeFailure.NOT_RESIZABLE,
            "its node has the static memory manager policy, so the memory of a Guaranteed pod stays"),

    /// Only where a memory request changes, so CPUs can.
    SWAP("with swap", ResizeFailure.NOT_RESIZABLE, "its node has swap, so memory requests stay");

    private final String words;
    private final ResizeFailure failure;
    private final String text;

    NodeLimitation(String words, ResizeFailure failure, String text) {
        this.words = words;
        this.failure = failure;
        this.text = text;
    }

    boolean isMeantBy(String message) {
        return message.contains(words);
    }

    ResizeFailure failure() {
        return failure;
    }

    /// One clause.
    String text() {
        return text;
    }
}
