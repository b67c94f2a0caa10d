package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.scheduler.LedgerOwner.BookedSizes;
import dev.elastigres.scheduler.PermitStore.StoreOutcome;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/// Writes booked sizes to the store. Writes for one pod follow each other, and each writes what is
/// booked at its start, so that an older size never replaces a newer one.
///
/// Growth is written before it is permitted, on the caller's thread. A shrink is written later, on
/// a thread of its own: until then a restarted scheduler would book more than the VM has, which is
/// safe.
final class PermitWriter implements AutoCloseable {
    /// Pods share this many locks.
    private static final int LOCKS = 1024;

    /// Maximum number of shrinks that wait to be written. Others are written with the next report
    /// of their agents.
    private static final int MAX_SHRINKS = 16_384;

    private final LedgerOwner owner;
    private final PermitStore store;
    private final Log log;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final BlockingQueue<PodIdentity> shrinks = new LinkedBlockingQueue<>(MAX_SHRINKS);
    private final Thread thread;

    PermitWriter(LedgerOwner owner, PermitStore store, Log log) {
        this.owner = owner;
        this.store = store;
        this.log = log;
        for (int i = 0; i < LOCKS; i++) locks[i] = new ReentrantLock();
        thread = Thread.ofVirtual().name("permit-writer").start(this::writeShrinks);
    }

    /// Stores what is booked for a pod.
    ///
    /// @return the size that is stored now; empty if the pod is gone
    /// @throws PermitStoreException if it is unknown what is stored
    Optional<Resources> write(PodIdentity pod)
            throws PermitStoreException, LedgerBusyException, InterruptedException {
        ReentrantLock lock = locks[Math.floorMod(pod.uid().hashCode(), LOCKS)];
        lock.lockInterruptibly();
        try {
            Optional<BookedSizes> sizes = owner.sizes(pod);
            if (sizes.isEmpty()) return Optional.empty();
            Resources booked = sizes.get().booked();
            if (booked.equals(sizes.get().stored())) return Optional.of(booked);
            if (store.store(pod, booked) == StoreOutcome.REFUSED) {
                owner.withdraw(pod, sizes.get().stored());
                return Optional.of(sizes.get().stored());
            }
            owner.stored(pod, booked);
            return Optional.of(booked);
        } finally {
            lock.unlock();
        }
    }

    /// Stores what is booked for a pod, some time later.
    void writeLater(PodIdentity pod) {
        shrinks.offer(pod);
    }

    private void writeShrinks() {
        try {
            while (true) {
                PodIdentity pod = shrinks.take();
                try {
                    write(pod);
                } catch (PermitStoreException | LedgerBusyException e) {
                    log.warn("cannot store a smaller size", "pod", pod.text(), "error", e);
                }
            }
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        }
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
