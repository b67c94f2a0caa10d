package dev.elastigres.cluster;

import dev.elastigres.vm.VmException;

/// Runs cleanup to its end, even in a thread that has been interrupted.
final class UninterruptibleWork {
    private UninterruptibleWork() {}

    interface UninterruptibleTask {
        void run() throws VmException, InterruptedException;
    }

    /// Runs the work. Restores the thread's interrupt status afterwards.
    static void does(UninterruptibleTask work) throws VmException {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } catch (InterruptedException e) {
            interrupted = true;
            throw new VmException.Failed("interrupted during cleanup", e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
