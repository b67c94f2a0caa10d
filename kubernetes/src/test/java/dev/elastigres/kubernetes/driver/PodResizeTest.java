package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResizeOutcome.PerResource;
import dev.elastigres.core.agent.ResourceOutcome.Done;
import dev.elastigres.core.agent.ResourceOutcome.Failed;
import dev.elastigres.core.agent.ResourceOutcome.HeldByPageCache;
import dev.elastigres.core.agent.ResourceOutcome.InUse;
import dev.elastigres.core.agent.ResourceOutcome.Pending;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.PodResize.ResizePart;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// On a pod with a kubelet in memory. Amounts are CPUs and MiB.
class PodResizeTest {
    private static final ComputeUnit UNIT = new ComputeUnit(0.25, Bytes.ofMebibytes(256));

    private final FakePod pod = new FakePod();

    @Test
    void growsInOnePatch() throws Exception {
        pod.has(0.25, 256);
        assertThat(resize(1, 1024)).isEqualTo(new ResizeOutcome.Done(size(1, 1024)));
        assertThat(pod.asked).containsExactly("1.0/1024 limit 1024");
        assertThat(pod.ended).containsExactly("CPUS DONE", "MEMORY DONE");
    }

    /// Nothing is in the way.
    @Test
    void shrinksInOnePatch() throws Exception {
        pod.has(1, 1024);
        assertThat(resize(0.25, 256)).isEqualTo(new ResizeOutcome.Done(size(0.25, 256)));
        assertThat(pod.asked).containsExactly("0.25/256 limit 256");
    }

    /// What page cache is in the way of comes after the rest, when it is freed.
    @Test
    void reclaimsPageCacheBeforeLoweringLimit() throws Exception {
        pod.has(1, 1024);
        pod.inUse = 50;
        pod.pageCache = 800;
        pod.reclaims = true;
        assertThat(resize(0.25, 256)).isEqualTo(new ResizeOutcome.Done(size(0.25, 256)));
        assertThat(pod.asked).containsExactly("0.25/1024 limit 1024", "0.25/256 limit 256");
        assertThat(pod.ended).containsExactly("CPUS DONE", "MEMORY DONE");
    }

    /// In a Guaranteed pod requests cannot go without limits.
    @Test
    void lowersMemoryAsFarAsPageCachePermits() throws Exception {
        pod.has(1, 1024);
        pod.pageCache = 600;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.size()).isEqualTo(size(0.25, 650));
        assertThat(outcome.cpus()).isEqualTo(new Done());
        assertThat(outcome.memory()).isInstanceOf(HeldByPageCache.class);
        assertThat(pod.asked).containsExactly("0.25/1024 limit 1024", "0.25/650 limit 650");
        assertThat(pod.ended).containsExactly("MEMORY HELD_BY_PAGE_CACHE", "CPUS DONE");
    }

    @Test
    void lowersRequestsAtOnceAndLimitLater() throws Exception {
        pod.has(1, 1024);
        pod.burstable = true;
        pod.pageCache = 600;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.size()).isEqualTo(size(0.25, 256));
        assertThat(outcome.memory()).isInstanceOf(HeldByPageCache.class);
        assertThat(pod.asked).containsExactly("0.25/256 limit 1024", "0.25/256 limit 650");

        // Tried again, with less of it in the way; then with none.
        pod.asked.clear();
        pod.pageCache = 300;
        assertThat(((PerResource) resize(0.25, 256)).size()).isEqualTo(size(0.25, 256));
        assertThat(pod.asked).containsExactly("0.25/256 limit 350");
        pod.pageCache = 0;
        assertThat(resize(0.25, 256)).isEqualTo(new ResizeOutcome.Done(size(0.25, 256)));
        assertThat(pod.limit).isEqualTo(256);
        // Growing again within the limit that stayed behind needs nothing but requests.
        pod.limit = 700;
        pod.pageCache = 660;
        pod.asked.clear();
        assertThat(((PerResource) resize(0.25, 512)).size()).isEqualTo(size(0.25, 512));
        assertThat(pod.asked).containsExactly("0.25/512 limit 700");
    }

    /// What the kubelet goes by is some seconds old.
    @Test
    void waitsForAKubeletThatHasNotSeenYetThatMemoryIsFree() throws Exception {
        pod.has(1, 1024);
        pod.pageCache = 800;
        pod.reclaims = true;
        pod.kubeletSees = 850;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.size()).isEqualTo(size(0.25, 1024));
        assertThat(outcome.cpus()).isEqualTo(new Done());
        assertThat(outcome.memory())
                .isInstanceOfSatisfying(
                        Pending.class,
                        it -> assertThat(it.failure()).isEqualTo(ResizeFailure.OUTDATED_USAGE));
        assertThat(pod.asked).last().isEqualTo("0.25/256 limit 256");
        // CPUs do not wait for it: what is pending is taken back, and asked for again after that.
        pod.asked.clear();
        pod.kubeletSees = 0;
        assertThat(resize(0.5, 256)).isEqualTo(new ResizeOutcome.Done(size(0.5, 256)));
        assertThat(pod.asked).containsExactly("0.5/256 limit 256");
    }

    /// Between the reclaim and the kubelet's check files were read again.
    @Test
    void freesPageCacheThatCameBackBeforeTheKubeletLooked() throws Exception {
        pod.has(1, 1024);
        pod.pageCache = 800;
        pod.reclaims = true;
        pod.kubeletSees = 850;
        pod.readsBeforeCheck = 200;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.memory()).isInstanceOf(Pending.class);
        assertThat(pod.asked).last().isEqualTo("0.25/256 limit 256");
        assertThat(pod.inUse + pod.pageCache).isLessThan(256);
    }

    /// A kubelet that never accepts a limit is not awaited for ever.
    @Test
    void takesALimitBackThatTheKubeletDoesNotAcceptForLong() throws Exception {
        pod.has(1, 1024);
        pod.pageCache = 800;
        pod.reclaims = true;
        pod.kubeletSees = 850;
        pod.waits = 1;
        assertThat(((PerResource) resize(0.25, 256)).memory()).isInstanceOf(Pending.class);
        assertThat(((PerResource) resize(0.25, 256)).memory()).isInstanceOf(HeldByPageCache.class);
        assertThat(pod.asked).last().isEqualTo("0.25/1024 limit 1024");
    }

    @Test
    void keepsMemoryInUseAndLowersCpus() throws Exception {
        pod.has(1, 1024);
        pod.inUse = 200;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.size()).isEqualTo(size(0.25, 1024));
        assertThat(outcome.memory()).isInstanceOf(InUse.class);
        assertThat(pod.asked).containsExactly("0.25/1024 limit 1024");
    }

    /// One of the two has room: it does not wait for the other, which is left to wait.
    @Test
    void memoryGrowsWhileCpusAreDeferred() throws Exception {
        pod.has(0.25, 256);
        pod.roomForCpus = 0.5;
        var outcome = (PerResource) resize(1, 1024);
        assertThat(outcome.size()).isEqualTo(size(0.25, 1024));
        assertThat(outcome.cpus()).isInstanceOf(Pending.class);
        assertThat(outcome.memory()).isEqualTo(new Done());
        assertThat(pod.asked)
                .containsExactly(
                        "1.0/1024 limit 1024",
                        "0.25/1024 limit 1024",
                        "1.0/1024 limit 1024",
                        "1.0/1024 limit 1024");
        assertThat(pod.ended).containsExactly("CPUS DEFERRED", "MEMORY DONE");
    }

    /// What never comes is taken back: it would hold up whatever comes after it.
    @Test
    void takesBackInfeasibleResize() throws Exception {
        pod.has(0.25, 256);
        pod.infeasibleAboveMemory = 512;
        var outcome = (PerResource) resize(1, 1024);
        assertThat(outcome.size()).isEqualTo(size(1, 256));
        assertThat(outcome.memory()).isEqualTo(new Failed(ResizeFailure.TOO_LARGE, "too small"));
        assertThat(outcome.cpus()).isEqualTo(new Done());
        assertThat(pod.asked).last().isEqualTo("1.0/256 limit 256");
    }

    /// Of what a quota does not allow, as much as it does.
    @Test
    void growsAsFarAsTheClustersRulesLetIt() throws Exception {
        pod.has(0.25, 256);
        pod.admittedMemory = 1500;
        var outcome = (PerResource) resize(2, 2048);
        assertThat(outcome.size()).isEqualTo(size(2, 1280));
        assertThat(outcome.cpus()).isEqualTo(new Done());
        assertThat(outcome.memory()).isEqualTo(new Failed(ResizeFailure.QUOTA, "exceeded"));
        assertThat(pod.asked).containsExactly("2.0/256 limit 256", "2.0/1280 limit 1280");
        assertThat(pod.questions).isLessThanOrEqualTo(3);
        assertThat(pod.ended).containsExactly("MEMORY REJECTED", "CPUS DONE");

        pod.asked.clear();
        pod.questions = 0;
        assertThat(((PerResource) resize(2, 2048)).size()).isEqualTo(size(2, 1280));
        assertThat(pod.asked).as("nothing more can be had").isEmpty();
        assertThat(pod.questions).isLessThanOrEqualTo(2);
    }

    @Test
    void aQuotaWithoutAnyRoomChangesNothing() throws Exception {
        pod.has(0.25, 256);
        pod.admittedMemory = 256;
        pod.admittedCpus = 0.25;
        var outcome = (PerResource) resize(250, 256 * 1000L);
        assertThat(outcome.size()).isEqualTo(size(0.25, 256));
        assertThat(pod.asked).isEmpty();
        assertThat(pod.questions).isLessThanOrEqualTo(20);
    }

    @Test
    void shrinksAsFarAsTheClustersRulesLetIt() throws Exception {
        pod.has(1, 1024);
        pod.admittedMemoryFrom = 500;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.size()).isEqualTo(size(0.25, 512));
        assertThat(outcome.memory()).isInstanceOf(Failed.class);
    }

    @Test
    void memoryShrinksWhileCpusAreDeferred() throws Exception {
        pod.has(0.5, 1024);
        pod.pageCache = 800;
        pod.reclaims = true;
        pod.roomForCpus = 0.5;
        var outcome = (PerResource) resize(1, 256);
        assertThat(outcome.size()).isEqualTo(size(0.5, 256));
        assertThat(outcome.cpus()).isInstanceOf(Pending.class);
        assertThat(outcome.memory()).isEqualTo(new Done());
        assertThat(pod.asked).last().isEqualTo("1.0/256 limit 256");
    }

    @Test
    void waitsForSilentKubeletOnlyOnce() throws Exception {
        pod.has(1, 1024);
        pod.pageCache = 800;
        pod.silent = true;
        var outcome = (PerResource) resize(0.25, 256);
        assertThat(outcome.cpus()).isInstanceOf(Pending.class);
        assertThat(outcome.memory()).isInstanceOf(Pending.class);
        assertThat(pod.asked).hasSize(1);
    }

    /// What was asked for by mistake, or before, is taken back.
    @Test
    void confirmsCurrentSizeWithOnePatch() throws Exception {
        pod.has(1, 1024);
        assertThat(resize(1, 1024)).isEqualTo(new ResizeOutcome.Done(size(1, 1024)));
        assertThat(pod.asked).containsExactly("1.0/1024 limit 1024");
    }

    private ResizeOutcome resize(double cpus, long mebibytes) throws Exception {
        pod.ended.clear();
        return new PodResize(pod, size(cpus, mebibytes), UNIT).run();
    }

    private static Resources size(double cpus, long mebibytes) {
        return new Resources(cpus, Bytes.ofMebibytes(mebibytes));
    }

    /// A kubelet that does what it can at once, and a kernel with page cache. In MiB.
    private static final class FakePod implements ResizablePod {
        private Resources size = Resources.ZERO;
        private long limit;
        private boolean burstable;
        private long inUse = 10;
        private long pageCache;
        private boolean reclaims;
        private long kubeletSees;
        private long readsBeforeCheck;
        private int waits = 10;
        private boolean silent;
        private double roomForCpus = 100;
        private long infeasibleAboveMemory = Long.MAX_VALUE;
        private double admittedCpus = 100;
        private long admittedMemory = Long.MAX_VALUE;
        private long admittedMemoryFrom;
        private int questions;
        private final List<String> asked = new ArrayList<>();
        private final List<String> ended = new ArrayList<>();

        void has(double cpus, long mebibytes) {
            size = PodResizeTest.size(cpus, mebibytes);
            limit = mebibytes;
        }

        @Override
        public Resources size() {
            return size;
        }

        @Override
        public Bytes memoryLimit() {
            return Bytes.ofMebibytes(limit);
        }

        @Override
        public boolean hasMemoryLimit() {
            return true;
        }

        @Override
        public boolean letsLimitExceedSize() {
            return burstable;
        }

        @Override
        public boolean admits(Resources target, Bytes memoryLimit) {
            questions++;
            return isAdmitted(target);
        }

        private boolean isAdmitted(Resources target) {
            long memory = target.memory().toMebibytes();
            return target.vcpus() <= admittedCpus
                    && memory <= admittedMemory
                    && memory >= admittedMemoryFrom;
        }

        @Override
        public ResizeProgress apply(Resources target, Bytes memoryLimit) {
            if (!isAdmitted(target))
                return new ResizeProgress.Rejected(ResizeFailure.QUOTA, "exceeded");
            request(target, memoryLimit);
            if (silent) return new ResizeProgress.InProgress();
            if (target.memory().toMebibytes() > infeasibleAboveMemory)
                return new ResizeProgress.Infeasible(ResizeFailure.TOO_LARGE, "too small");
            if (target.vcpus() > roomForCpus) return new ResizeProgress.Deferred("no CPUs");
            long lower = memoryLimit.toMebibytes();
            if (lower < limit) pageCache += readsBeforeCheck;
            if (lower < limit && Math.max(kubeletSees, inUse + pageCache) >= lower)
                return new ResizeProgress.Failing("cannot decrease memory limits");
            size = target;
            limit = lower;
            return new ResizeProgress.InForce();
        }

        @Override
        public void request(Resources target, Bytes memoryLimit) {
            asked.add(
                    "%s/%d limit %d"
                            .formatted(
                                    target.vcpus(),
                                    target.memory().toMebibytes(),
                                    memoryLimit.toMebibytes()));
        }

        @Override
        public Optional<String> tooLittle(Bytes memory) {
            return memory.toMebibytes() < inUse + 100 ? Optional.of("in use") : Optional.empty();
        }

        @Override
        public boolean isFree(Bytes memoryLimit) {
            return inUse + pageCache + 20 < memoryLimit.toMebibytes();
        }

        @Override
        public PodMemoryLimits.MemoryLimitPlan plan(Bytes from, Bytes to) {
            if (reclaims) pageCache = Math.min(pageCache, to.toMebibytes() - inUse - 30);
            long lowest = inUse + pageCache + 40 - (reclaims ? 20 : 0);
            return lowest <= to.toMebibytes()
                    ? new PodMemoryLimits.MemoryLimitPlan(to, Optional.empty())
                    : new PodMemoryLimits.MemoryLimitPlan(
                            from.min(Bytes.ofMebibytes(lowest)), Optional.of("files"));
        }

        @Override
        public boolean fits(Bytes memoryLimit) {
            return inUse + pageCache < memoryLimit.toMebibytes();
        }

        @Override
        public boolean awaitsKubelet(Bytes memoryLimit) {
            return --waits >= 0;
        }

        @Override
        public void record(
                ResizePart part, ResizeResult ending, Optional<ResizeFailure> failure, String why) {
            ended.add(part + " " + ending);
        }
    }
}
