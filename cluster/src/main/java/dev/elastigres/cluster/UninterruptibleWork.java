package dev.elastigres.cluster;

import dev.elastigres.vm.VmException;

/// What has to be done to its end by a thread that has been told to stop, too.
final class UninterruptibleWork {
    private UninterruptibleWork() {}

    interface UninterruptibleTask {
        void run() throws VmException, InterruptedException;
    }

    /// Does it; an interrupt from before counts again afterwards.
    static void does(UninterruptibleTask work) throws VmException {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } catch (InterruptedException e) {
            interrupted = true;
            throw new VmException.Failed("interrupted while ending", e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
